"""How an error leaves the room.

What a peer echoes, and what a request was made of, is in the frames that an
error went through and in the errors that caused it; whoever prints a traceback
with its locals would print the key.  So an error is raised anew from where the
caller called, without those frames, and what it has to say is in its message.
Of its causes only an error of the operating system stays, for its ``errno``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from omni_stream.client.key import Key
    from omni_stream.errors import OmniStreamError

E = TypeVar("E", bound="OmniStreamError")


def bare(error: E, key: Key | None) -> E:
    """``error`` without the key, and without what it went through; to be raised outside of any ``except``."""
    error.__traceback__ = None
    error.__context__ = None
    cause = error.__cause__
    if isinstance(cause, OSError):
        cause.__traceback__ = cause.__context__ = cause.__cause__ = None
    else:
        error.__cause__ = None
    error.events = ()  # they were given out
    if key is not None:
        key.hide_in(error)
    return error
