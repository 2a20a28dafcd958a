"""Where the PCM of a file sink goes: a path, a file object or a pipe, chosen by what its owner gave."""

# ruff: noqa: D102 -- `Sink` says what each call is for
from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from omni_stream.errors import UsageError
from omni_stream.sinks.folder import path_below
from omni_stream.sinks.gathered import Gathered
from omni_stream.sinks.object_writer import BinaryFile, ObjectWriter
from omni_stream.sinks.path_writer import PathWriter
from omni_stream.sinks.pipe_writer import PipeWriter

if TYPE_CHECKING:
    from omni_stream.audio import AudioFrame
    from omni_stream.sinks.layout import Layout

Target: TypeAlias = str | os.PathLike[str] | BinaryFile


class Output(Protocol):
    """Takes frames of one format, or bytes; its calls do for a sink what those of `Sink` do for a user.

    They raise `OSError` where the end fails.
    """

    @property
    def full(self) -> bool:
        """Whether `flush` has to come before the next `take`."""

    @property
    def written_bytes(self) -> int:
        """Bytes of PCM, or of what came as bytes, that have come to the end."""

    @property
    def path(self) -> Path | None:
        """The file's name now; None without one."""

    def take(self, item: AudioFrame | bytes, /) -> None:
        """Keep a frame, or bytes that are written as they are, at once; one output takes one or the other."""

    async def open(self) -> None: ...
    async def flush(self) -> None: ...
    async def amend(self, offset: int, content: bytes, /) -> None:
        """Write over what is `offset` bytes behind the head and has been flushed, where that can be done."""

    async def drain(self) -> None: ...
    async def interrupt(self) -> None: ...
    async def complete(self) -> None: ...
    async def abandon(self) -> None: ...


def output_for(
    target: Target, layout: Layout, *, overwrite: bool, folder: str | os.PathLike[str] | None
) -> Output:
    """The output for `target`; nothing is touched yet.

    Raises:
        UsageError: It is none of the three, is closed or for text, names no file or leads out of `folder`.
    """
    if isinstance(target, str | os.PathLike):
        within = None if folder is None else Path(folder)
        path = path_below(Path(target), within)
        return Gathered(PathWriter(path, layout, folder=within, overwrite=overwrite))
    if overwrite or folder is not None:
        raise UsageError("overwrite and folder are for a path; a file object was opened by its owner")
    _check_file(target)
    raw = getattr(target, "raw", target)
    if isinstance(raw, io.FileIO) and not raw.seekable():
        return PipeWriter(cast("io.BufferedWriter | io.FileIO", target), layout)
    return Gathered(ObjectWriter(target, layout))


def _check_file(target: object) -> None:
    if isinstance(target, io.TextIOBase) or not isinstance(target, BinaryFile):
        raise UsageError(
            f"a sink writes to a path or a binary file object, not to {type(target).__name__};"
            ' open the file with mode "wb", or give a text stream\'s .buffer'
        )
    if getattr(target, "closed", False):
        raise UsageError("the file object is closed; give an open one")
