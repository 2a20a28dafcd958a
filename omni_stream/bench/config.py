"""What was run, and on what: enough to run it again.

No key is in it: it is made of what was asked for, a client keeps its key to itself, and what stands under
the name of a secret is left out.
"""

from __future__ import annotations

import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any

from omni_stream.bench.redacting import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omni_stream.bench.load import Load
    from omni_stream.bench.observed import Case

_VERSION = 1
_PACKAGES = ("omni_stream", "aiohttp", "numpy")


def config_of(
    cases: Sequence[Case], load: Load, *, service: Mapping[str, Any], **more: object
) -> dict[str, Any]:
    """The config of a run.

    Args:
        cases: What is asked.
        load: How much, and when.
        service: Whom: provider, base URL ...
        more: What else was asked for: a sweep, a target ...
    """
    config: dict[str, Any] = {
        "omni_stream_bench": _VERSION,
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
        "service": dict(service),
        "load": asdict(load),
        **more,
        "cases": [asdict(case) for case in cases],
        "versions": {
            "python": platform.python_version(),
            **{package: metadata.version(package) for package in _PACKAGES},
        },
        "machine": {"system": platform.platform(), "cpus": os.cpu_count()},
    }
    return {name: without_secrets(value) for name, value in config.items()}
