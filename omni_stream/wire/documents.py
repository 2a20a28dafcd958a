"""The JSON documents in an event's data.

Usually there is one.  A service that leaves out the blank lines between its
events has them joined, by the rules of event streams, into one data with line
feeds between: there the documents follow each other, each from a line of its own.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

END: Final = object()
"""Stands for the dialect's end mark."""

_decode = json.JSONDecoder().raw_decode
_BLANKS = re.compile(r"[ \t\r\n]*")


class BrokenJSONError(ValueError):
    """What follows the documents so far is not JSON."""


def documents_in(data: str, *, end: str | None) -> Iterable[object]:
    """Each document of ``data``, in order, and ``END`` where a line is exactly ``end``.

    Iterating raises:
        BrokenJSONError: The rest is not JSON, or nested too deeply to read.
    """
    if data == end:
        return (END,)
    try:
        document, behind = _decode(data)
    except (ValueError, RecursionError):
        return _one_by_one(data, end)
    return (document,) if behind == len(data) else _one_by_one(data, end)


def _one_by_one(data: str, end: str | None) -> Iterator[object]:
    at = _past_blanks(data, 0)
    document: object
    while at < len(data):
        if end is not None and _is_line(end, data, at):
            document, behind = END, at + len(end)
        else:
            document, behind = _document(data, at)
        yield document
        at = _past_blanks(data, behind)
        if at < len(data) and "\n" not in data[behind:at]:
            raise BrokenJSONError(f"extra data at character {at}")


def _past_blanks(data: str, at: int) -> int:
    blanks = _BLANKS.match(data, at)
    return blanks.end() if blanks else at


def _is_line(line: str, data: str, at: int) -> bool:
    return (
        data.startswith(line, at)
        and data[at - 1 : at] in {"", "\n"}
        and data[at + len(line) : at + len(line) + 1] in {"", "\n"}
    )


def _document(data: str, at: int) -> tuple[object, int]:
    try:
        return _decode(data, at)
    except json.JSONDecodeError as error:
        raise BrokenJSONError(f"{error.msg.lower()} at character {error.pos}") from None
    except RecursionError:
        raise BrokenJSONError("it is nested too deeply") from None
    except ValueError as error:  # an integer of thousands of digits
        raise BrokenJSONError(str(error)) from None
