"""Turns the streamed answer of an omni model into sound, text and files, live."""

from omni_stream import catalog
from omni_stream.audio import AudioFormat, AudioFrame, Heard
from omni_stream.errors import (
    ApiError,
    AuthenticationError,
    ConnectError,
    InvalidRequestError,
    LimitExceeded,
    OmniStreamError,
    Partial,
    ProtocolError,
    QuotaError,
    RateLimitError,
    ServerError,
    SinkError,
    StreamStalled,
    StreamTruncated,
    TimeoutError,
    UsageError,
)
from omni_stream.events import (
    AudioDelta,
    Event,
    Finished,
    ReasoningDelta,
    TextDelta,
    TranscriptDelta,
    Usage,
)
from omni_stream.sse import ServerSentEvent, SSEParser
from omni_stream.wire import StreamDecoder

__all__ = [
    "ApiError",
    "AudioDelta",
    "AudioFormat",
    "AudioFrame",
    "AuthenticationError",
    "ConnectError",
    "Event",
    "Finished",
    "Heard",
    "InvalidRequestError",
    "LimitExceeded",
    "OmniStreamError",
    "Partial",
    "ProtocolError",
    "QuotaError",
    "RateLimitError",
    "ReasoningDelta",
    "SSEParser",
    "ServerError",
    "ServerSentEvent",
    "SinkError",
    "StreamDecoder",
    "StreamStalled",
    "StreamTruncated",
    "TextDelta",
    "TimeoutError",
    "TranscriptDelta",
    "Usage",
    "UsageError",
    "catalog",
]
