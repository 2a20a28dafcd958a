"""Where the content of a medium is: at a URL, in a file, in memory, or behind a file object.

A text that begins with a scheme and ``://``, or with ``data:``, is a URL; any
other text is a path.  What can be told without opening anything is checked.
"""

from __future__ import annotations

import inspect
import os
import re
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, cast

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from typing_extensions import Buffer

Kind = Literal["image", "audio", "video"]

MOST_PATH_CHARACTERS = 4096
"""No system opens a longer path; a longer text is content that was pasted in."""

_URL = r"(?i)(data):|([a-z][a-z0-9+.-]*)://"
_DATA_HEAD = r"(?i)data:[^,\s]{0,512},(?=.)"
_MEDIA_TYPE = r"(?i)[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}"
# Left to ``re`` to compile, and to keep, when a medium is first made: half a millisecond of every import.


class Readable(Protocol):
    """A binary file object: all that is asked of it is ``read``."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes, all for -1; none at the end."""


Source: TypeAlias = "str | os.PathLike[str] | Buffer | Readable"
"""A URL or a path, a path, the content itself, or an open binary file object."""


def url_of(source: object) -> str | None:
    """``source`` if it is a URL, else None."""
    return source if isinstance(source, str) and re.match(_URL, source) else None


def memory_of(source: object) -> memoryview | None:
    """The bytes of what has a buffer, without a copy; None for what has none.

    Raises:
        TypeError: They are not contiguous, or not of plain numbers.
    """
    try:
        memory = memoryview(source)  # type: ignore[arg-type]  # which is what is asked here
    except TypeError:
        return None
    return memory.cast("B") if memory.nbytes else memory


def check_source(source: object, kind: Kind | None) -> None:
    """Nothing, if ``source`` can be where a medium is; ``kind`` is for the error, None where any will do.

    Raises:
        UsageError: It is empty, of another type, a URL of a local file, or a file object that is
            closed, not readable, asynchronous or of text.
    """
    name = kind or "medium"
    if isinstance(source, str):
        _check_text(source, name)
    elif isinstance(source, os.PathLike):
        _check_path(os.fsdecode(source), name)
    elif _is_memory(source, name):
        return
    elif hasattr(source, "read"):
        _check_file_object(cast("Readable", source), name)
    else:
        raise UsageError(
            f"the {name} is given as a URL, a path, bytes or an open binary file,"
            f" not as a {type(source).__name__}"
        )


def check_media_type(media_type: object) -> None:
    """Nothing, if ``media_type`` is written as a media type without parameters.

    Raises:
        UsageError: It is not.
    """
    if not isinstance(media_type, str) or not re.fullmatch(_MEDIA_TYPE, media_type):
        shown = repr(media_type)[:80] if isinstance(media_type, str) else f"a {type(media_type).__name__}"
        raise UsageError(
            f"media_type is a type and a subtype such as image/png, and {shown} is not;"
            " leave it out to have it read from the content"
        )


def shown_source(source: Source) -> str:
    """Where the content is, in words that show neither it nor the query of a URL, which may be signed."""
    if (url := url_of(source)) is not None:
        scheme, _, rest = url.partition(":")
        if scheme.lower() == "data":
            return f"in a data URI of {len(url)} characters"
        return f"at {scheme}://{re.split('[/?#]', rest[2:], maxsplit=1)[0].rpartition('@')[2]}"
    if isinstance(source, str | os.PathLike):
        return repr(os.fsdecode(source))
    if (content := memory_of(source)) is not None:
        return f"of {content.nbytes} bytes"
    name = getattr(source, "name", None)
    return f"in the open file {name!r}" if isinstance(name, str) else "in a file object"


def _check_text(text: str, name: str) -> None:
    url = re.match(_URL, text)
    if url is None:
        _check_path(text, name)
    elif url[1]:
        if not re.match(_DATA_HEAD, text):
            raise UsageError("a data URI is data:TYPE;base64,CONTENT, and this one has no content")
    elif url[2].lower() == "file":
        raise UsageError(f"the service cannot read a file:// URL; give the path of the {name} instead")
    elif url.end() == len(text) or not text.isprintable() or " " in text:
        shown = text.partition("?")[0][:80]
        raise UsageError(
            f"a URL has a host and no spaces, and that of the {name} is not like that: {shown!r}"
        )


def _check_path(path: str, name: str) -> None:
    if not path.strip():
        raise UsageError(f"the {name} is in a file, and its path is empty; give one such as 'eagle.png'")
    if len(path) > MOST_PATH_CHARACTERS:
        raise UsageError(
            f"a path has at most {MOST_PATH_CHARACTERS} characters, and this text has {len(path)};"
            " give content as bytes, or as data:TYPE;base64,CONTENT"
        )
    if "\0" in path:
        raise UsageError(f"a path has no null character, and {path[:80]!r} has; give content as bytes")


def _check_file_object(file: Readable, name: str) -> None:
    if inspect.iscoroutinefunction(file.read):
        raise UsageError(
            f"the file object of the {name} is read without await, and this one is asynchronous;"
            " give the file below it, or its bytes"
        )
    try:
        nothing: object = file.read(0)
    except (OSError, ValueError) as error:  # closed, or open for writing
        raise UsageError(
            f"the file object of the {name} is open for reading, and this one is not: {error}"
        ) from None
    if not isinstance(nothing, bytes | bytearray):
        raise UsageError(
            f"the file object of the {name} gives bytes, and this one gives {type(nothing).__name__};"
            ' open it with mode "rb"'
        )


def _is_memory(source: object, name: str) -> bool:
    try:
        memory = memory_of(source)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"the bytes of the {name} are contiguous, and these cannot be used: {error}; give a copy"
        ) from None
    if memory is not None and not memory.nbytes:
        raise UsageError(f"the {name} has content, and there are no bytes; give those of a file")
    return memory is not None
