"""What the user types, line by line.

Rules.
1. Lines can be edited and called back where both sides are a terminal, by the system's
   readline; it keeps them for this session alone, as what is said to a model may be private.
2. Whoever waits here is the main thread: only it gets Ctrl-C, and readline then puts the
   terminal right.
3. A pipe has its lines read, and nothing written for them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.cli.ending import say
from omni_stream.cli.question import MAX_PROMPT_BYTES, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROMPT = "> "


def is_at_a_terminal() -> bool:
    """Whether a person types and sees."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def typed_lines() -> Iterator[str]:
    """The lines, without their ends, until the end of input (Ctrl-D).

    Raises:
        UsageError: One is too long, or not UTF-8.
        KeyboardInterrupt: Ctrl-C, while it waits for one.
    """
    yield from _edited_lines() if is_at_a_terminal() else _piped_lines()


def _edited_lines() -> Iterator[str]:
    import readline  # noqa: F401, PLC0415 -- input() edits lines with it; a pipe needs none of it

    while True:
        try:
            line = input(_PROMPT)
        except EOFError:
            say("")  # what follows begins a line
            return
        except UnicodeDecodeError as error:
            raise omni.UsageError(f"what was typed is not UTF-8 at byte {error.start}; convert it") from None
        yield line


def _piped_lines() -> Iterator[str]:
    while content := sys.stdin.buffer.readline(MAX_PROMPT_BYTES + 1):
        yield decoded(content)
