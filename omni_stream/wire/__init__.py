"""What a service sends -> typed events: dialects, faults, and the decoder that joins them to bytes."""

from omni_stream.wire.decoder import Item, StreamDecoder, StreamStats
from omni_stream.wire.dialect import Dialect
from omni_stream.wire.dialects import find_dialect

__all__ = ["Dialect", "Item", "StreamDecoder", "StreamStats", "find_dialect"]
