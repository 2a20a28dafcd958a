"""Decoders of compressed audio, which are loaded when there is some."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.events import Codec
    from omni_stream.wire import SoundDecoder


def codec_decoder(codec: Codec) -> SoundDecoder:
    """A decoder of ``codec``.

    Raises:
        UsageError: What it takes is not installed.
    """
    from omni_stream.stages.codec import CodecDecoder  # noqa: PLC0415 -- few need it, and it is large

    return CodecDecoder(codec)
