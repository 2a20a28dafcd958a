"""A body made ready to send: its local media looked at, checked, and put in their places.

All of it is done before anything is sent, in a thread, since a disk may take its
time.  A body without local media is ready as it is, and waits for nothing.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeAlias, cast

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from omni_stream.media import MediaFacts, Medium
    from omni_stream.request import Body
    from omni_stream.upload import Encoded, Form

Check: TypeAlias = "Callable[[Mapping[Medium, MediaFacts]], None]"
"""Raises a UsageError where what was found in the media breaks a rule."""


def check_repeatable(body: Body, *, retries: int) -> None:
    """Nothing, if ``body`` can be sent as often as it may be.

    Raises:
        UsageError: It is sent again where that may help, and one of its media can be read once only.
    """
    if retries == 0 or len(body.pieces) == 1:
        return
    from omni_stream.upload.content import is_seekable  # noqa: PLC0415 -- text needs none of it

    for medium in body.media:
        if not is_seekable(medium.source):
            raise UsageError(
                f"the {medium} can be read once, and would be sent up to {retries + 1} times;"
                " give its path or bytes, or make the client with retries=0"
            )


def ready(body: Body) -> Sequence[bytes] | None:
    """What is sent for ``body`` if it has no local media, else None."""
    runs = [piece for piece in body.pieces if isinstance(piece, bytes)]
    return runs if len(runs) == len(body.pieces) else None


async def filled(body: Body, check: Check) -> Sequence[bytes | Encoded]:
    """What is sent for ``body``, which has local media.

    Cancelling leaves a thread behind that is done when it has looked at the medium in hand.

    Args:
        body: The body.
        check: Judges what was found.

    Raises:
        UsageError: A medium cannot be read or is none of its kind, or ``check`` raises it.
    """
    from omni_stream.client.aside import aside  # noqa: PLC0415 -- text needs none of it

    stop = threading.Event()
    try:
        return await aside(lambda: _filled(body, check, stop))
    finally:
        stop.set()


def _filled(body: Body, check: Check, stop: threading.Event) -> list[bytes | Encoded]:
    from omni_stream.upload import Encoded, inspect  # noqa: PLC0415 -- text needs none of it

    facts = {}
    for medium in body.media:
        if stop.is_set():
            return []
        facts[medium] = inspect(medium)
    check(facts)
    return [
        piece
        if isinstance(piece, bytes)
        else Encoded(piece.medium, facts[piece.medium], cast("Form", piece.form))
        for piece in body.filled(facts).pieces
    ]
