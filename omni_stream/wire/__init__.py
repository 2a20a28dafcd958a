"""What a service sends -> typed events: dialects, faults, and the decoder that joins them to bytes."""

from omni_stream.wire.decoder import Item, StreamDecoder
from omni_stream.wire.dialect import Coding, Dialect
from omni_stream.wire.dialects import dialects, find_dialect
from omni_stream.wire.sound import SoundDecoder
from omni_stream.wire.stats import StreamStats

__all__ = [
    "Coding",
    "Dialect",
    "Item",
    "SoundDecoder",
    "StreamDecoder",
    "StreamStats",
    "dialects",
    "find_dialect",
]
