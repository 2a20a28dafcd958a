"""A conversation that is kept in a file.

Rules.
1. A file is replaced in one step, by one that is whole and on the disk.
2. It is replaced only by what follows from it: a file that holds anything else than
   an earlier state of the conversation stays as it is.
3. A new file is its owner's alone to read, as what is said to a model may be private.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile

import omni_stream as omni
from omni_stream.cli.ending import say

MOST_BYTES = 256 * 1024 * 1024
"""More than any service takes as a request; a file that grows for ever is noticed."""


def conversation_in(file: str | Path | None, *, system: str | None) -> omni.Conversation:
    """The conversation kept in ``file``, or a new one with the system message ``system``.

    Raises:
        UsageError: The file holds something else or cannot be read, or has its system message already.
        SinkError: There is no folder in which it could be kept.
    """
    there = None if file is None else _read(Path(file))
    if file is not None and not os.access(folder := Path(os.path.realpath(file)).parent, os.W_OK | os.X_OK):
        raise omni.SinkError(f"{file} cannot be kept: {folder} is no folder that can be written to")
    if there is None:
        return omni.Conversation(system=system)
    if system is not None:
        raise omni.UsageError(
            f"--system is for a new conversation, and the one in {file} has begun; leave it out"
        )
    return there


def is_answered(conversation: omni.Conversation) -> bool:
    """Whether the answer to its last question was added; if it has no text it was not, which is said."""
    answered = bool(conversation.messages[-1]["role"] == "assistant")
    if not answered:
        say("the answer has no text, so nothing is added to the conversation")
    return answered


def keep(conversation: omni.Conversation, file: str | Path) -> None:
    """Write ``conversation`` to ``file``, in the place of an earlier state of it, if that is there.

    Raises:
        UsageError: The file holds something else or cannot be read, or the conversation is too long.
        SinkError: It cannot be written; what was there is as it was.
    """
    path = Path(os.path.realpath(file))  # a link stays one
    there = _read(path)
    if there is not None and not conversation.begins_with(there):
        raise omni.UsageError(f"{file} holds another conversation, and is not replaced; choose another name")
    content = f"{conversation.to_json()}\n".encode(errors="surrogatepass")  # as JSON is read
    if len(content) > MOST_BYTES:
        raise omni.UsageError(
            f"the conversation is over the limit of {MOST_BYTES} bytes; begin a new one, with its gist"
        )
    try:
        _replace(path, content)
    except OSError as error:
        raise omni.SinkError(f"the conversation cannot be kept in {file}: {error.strerror}") from error


def _read(path: Path) -> omni.Conversation | None:
    try:
        if not path.exists():
            return None
        if not path.is_file():
            raise omni.UsageError(f"{path} is no file, so it holds no conversation; choose another name")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise omni.UsageError(f"the conversation {path} cannot be read: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise omni.UsageError(f"{path} is over the limit of {MOST_BYTES} bytes for a conversation")
    try:
        return omni.Conversation.from_json(content)
    except omni.UsageError as error:
        raise omni.UsageError(f"{path} holds no conversation: {error}") from None


def _replace(path: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=".omni-stream-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, file.name)
            os.replace(file.name, path)  # noqa: PTH105 -- both are names
        except BaseException:
            os.unlink(file.name)  # noqa: PTH108 -- likewise
            raise
