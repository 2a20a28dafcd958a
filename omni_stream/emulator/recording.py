r"""A reply as it came over the wire, with its times, in a file.

The file is text, UTF-8, a JSON object a line.  The first line is the header::

    {"omni_stream_recording": 1, "status": 200, "headers": {"content-type": "text/event-stream"}}

Each other line is what one read gave: ``t`` is seconds from the request (float,
never going back), and its bytes are ``text`` where they are whole UTF-8, else
``b64`` (base64)::

    {"t": 0.312, "text": "data: {...}\n\n"}
    {"t": 0.345, "b64": "ZGF0YTog4w=="}

A line with ``end`` is the last, and says that the reply ended by itself::

    {"t": 8.02, "end": true}

Without it the connection was lost or the reader went away.  Lines are written
whole, one by one: of a recorder that was killed, all but the last line can be
read, and a last line without its newline is left out.

A recording never has a key: the request is not in it, and response headers that
carry a secret are left out.
"""

from __future__ import annotations

import base64
import json
import math
import os
import stat
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_VERSION = 1
_MAX_BYTES = 1024 * 1024 * 1024  # over 4 h of speech in base64; a recording is read into memory
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "api-key", "x-api-key"}
)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded reply.

    Attributes:
        status: Its HTTP status.
        headers: Its headers, by lower-case name.
        reads: What each read gave, with its time in seconds from the request.
        complete: Whether it ended by itself.
        end_seconds: When it ended, or the time of the last read.
    """

    status: int
    headers: Mapping[str, str] = field(hash=False)
    reads: tuple[tuple[float, bytes], ...]
    complete: bool
    end_seconds: float


class RecordingWriter:
    """Writes a recording to a file, line by line; the ``record`` of ``Client.ask``.

    A file that is there keeps what it has until ``begin``; without one, none is left.

    Args:
        path: The file.
        overwrite: Whether the file may be there already.

    Raises:
        UsageError: The file is there already, and not to be overwritten.
        SinkError: The file cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        try:
            self._file = Path(path).open("ab" if overwrite else "xb", buffering=0)  # noqa: SIM115 -- `close` closes it
        except FileExistsError as error:
            raise omni.UsageError(
                f"{path} is there already; give another name, or allow to overwrite it"
            ) from error
        except OSError as error:
            raise omni.SinkError(f"{path} cannot be made: {error.strerror}") from error

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Start the recording of a reply; the one of an earlier attempt is dropped.

        Args:
            status: The reply's HTTP status.
            headers: The reply's headers; those that carry a secret are left out.

        Raises:
            SinkError: The file failed.
        """
        if self._size():
            self._file.seek(0)
            self._file.truncate()
        kept = {name.lower(): value for name, value in headers.items()}
        public = {name: value for name, value in kept.items() if name not in _SECRET_HEADERS}
        self._line({"omni_stream_recording": _VERSION, "status": status, "headers": public})

    def write(self, content: bytes, at_seconds: float) -> None:
        """Add what one read gave, ``at_seconds`` after the request.

        Raises:
            SinkError: The file failed.
        """
        line: dict[str, Any] = {"t": round(at_seconds, 6)}
        try:
            line["text"] = content.decode()
        except UnicodeDecodeError:
            line["b64"] = base64.b64encode(content).decode()
        self._line(line)

    def end(self, at_seconds: float) -> None:
        """Say that the reply ended by itself, ``at_seconds`` after the request.

        Raises:
            SinkError: The file failed.
        """
        self._line({"t": round(at_seconds, 6), "end": True})

    def close(self) -> None:
        """Close the file; may be called again."""
        if self._file.closed:
            return
        empty = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode) and not self._size()
        self._file.close()
        if empty:
            Path(self._file.name).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _size(self) -> int:
        """Bytes in the file; 0 for a pipe or a device."""
        return os.fstat(self._file.fileno()).st_size

    def _line(self, line: dict[str, Any]) -> None:
        rest = memoryview(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        try:
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
        except OSError as error:
            raise omni.SinkError(f"{self._file.name} cannot be written: {error.strerror}") from error


def read_recording(path: str | os.PathLike[str]) -> Recording:
    """The recording in the file at ``path``.

    Raises:
        UsageError: There is none, it is over 1 GiB, or it is not a recording.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise omni.UsageError(f"the recording {path} cannot be read: {error.strerror}") from error
    if len(content) > _MAX_BYTES:
        raise omni.UsageError(
            f"the recording {path} is over the limit of {_MAX_BYTES} bytes; cut it into parts"
        )
    lines = content.split(b"\n")[:-1]
    try:
        return _recording([json.loads(line) for line in lines])
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise omni.UsageError(
            f"{path} is not a recording of version {_VERSION} ({error}); make one with ask --record"
        ) from error


def _recording(lines: list[dict[str, Any]]) -> Recording:
    header, *rest = lines
    if header["omni_stream_recording"] != _VERSION:
        raise ValueError(f"its version is {header['omni_stream_recording']!r}")
    ends = [float(line["t"]) for line in rest[-1:] if line.get("end") is True]
    reads = [(float(line["t"]), _content(line)) for line in (rest[:-1] if ends else rest)]
    times = [seconds for seconds, _ in reads] + ends
    if any(not earlier <= later < math.inf for earlier, later in pairwise([0.0, *times])):
        raise ValueError("its times go back")
    return Recording(
        status=int(header["status"]),
        headers={str(name): str(value) for name, value in header["headers"].items()},
        reads=tuple(reads),
        complete=bool(ends),
        end_seconds=times[-1] if times else 0.0,
    )


def _content(line: dict[str, Any]) -> bytes:
    if "text" in line:
        return str.encode(line["text"])
    return base64.b64decode(line["b64"], validate=True)
