"""Streams of compressed sound -> what their decoders take, one format a file.

FFmpeg has parsers too, but what they give depends on how the bytes were cut, or
they hold back whole seconds; and its demuxers want to read, not to be fed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.stages.framing.flac import FlacFraming
from omni_stream.stages.framing.mpeg import MpegFraming
from omni_stream.stages.framing.ogg import OggFraming
from omni_stream.wire.sniffing import adts_frame_bytes, mp3_frame_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from omni_stream.events import Codec
    from omni_stream.stages.framing.unit import Framing

FRAMINGS: Mapping[Codec, Callable[[], Framing]] = {
    "mp3": lambda: MpegFraming("MP3", mp3_frame_bytes, has_descriptions=True),
    "aac": lambda: MpegFraming("AAC in ADTS", adts_frame_bytes, has_descriptions=False),
    "flac": FlacFraming,
    "opus": OggFraming,
}
"""What cuts the streams of each codec into units."""

__all__ = ["FRAMINGS"]
