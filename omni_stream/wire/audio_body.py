"""A body that is the audio itself: of services asked for no events, or that give none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream.events import Event, Raw


def _read(_document: Raw, _coding: Coding) -> Iterable[Event]:
    return ()


AUDIO_BODY = Dialect(name="audio-body", read=_read, framing="bytes", ends_with_stream=True)
