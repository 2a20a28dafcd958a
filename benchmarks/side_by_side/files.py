"""Thousands of sessions need thousands of files, which most systems allow who asks."""

from __future__ import annotations

import resource
from contextlib import suppress


def allow_many_files() -> None:
    """Let this process open as many files as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
