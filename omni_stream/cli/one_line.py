"""Text from elsewhere, made fit for a terminal."""

from __future__ import annotations

import re

# C0 without tab and newline, DEL, C1: a terminal obeys them, and the peer chose them.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_controls(text: str) -> str:
    """``text`` without the characters that a terminal would obey; tabs and newlines stay."""
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """``text`` in one line, without the characters that a terminal would obey."""
    return " ".join(without_controls(text).split())
