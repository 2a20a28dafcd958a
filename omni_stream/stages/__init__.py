"""Transforms of audio, one a file: each makes a stage, to be put into a pipeline with ``through``."""

from omni_stream.stages.blocks import blocks
from omni_stream.stages.codec import CodecDecoder
from omni_stream.stages.decode import Decoding, decode
from omni_stream.stages.g711 import alaw, from_alaw, from_mulaw, mulaw
from omni_stream.stages.gain import gain
from omni_stream.stages.resample import Quality, resample

__all__ = [
    "CodecDecoder",
    "Decoding",
    "Quality",
    "alaw",
    "blocks",
    "decode",
    "from_alaw",
    "from_mulaw",
    "gain",
    "mulaw",
    "resample",
]
