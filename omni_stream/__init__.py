"""Turns the streamed answer of an omni model into sound, text and files, live."""

from omni_stream import catalog, tokens
from omni_stream.audio import AudioFormat, AudioFrame, Heard
from omni_stream.client import Client, Reply, SpokenText, Timeouts
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
from omni_stream.media import Audio, Frames, Image, MediaFacts, Video
from omni_stream.pipeline import BufferStats, Pipeline, Stage
from omni_stream.request import Conversation
from omni_stream.sinks import FileSink, NullSink, Sink, WavSink
from omni_stream.sse import ServerSentEvent, SSEParser
from omni_stream.stages import blocks, decode, gain, resample
from omni_stream.upload import inspect
from omni_stream.wire import StreamDecoder

__all__ = [
    "ApiError",
    "Audio",
    "AudioDelta",
    "AudioFormat",
    "AudioFrame",
    "AuthenticationError",
    "BufferStats",
    "Client",
    "ConnectError",
    "Conversation",
    "Event",
    "FileSink",
    "Finished",
    "Frames",
    "Heard",
    "Image",
    "InvalidRequestError",
    "LimitExceeded",
    "MediaFacts",
    "NullSink",
    "OmniStreamError",
    "Partial",
    "Pipeline",
    "ProtocolError",
    "QuotaError",
    "RateLimitError",
    "ReasoningDelta",
    "Reply",
    "SSEParser",
    "ServerError",
    "ServerSentEvent",
    "Sink",
    "SinkError",
    "SpokenText",
    "Stage",
    "StreamDecoder",
    "StreamStalled",
    "StreamTruncated",
    "TextDelta",
    "TimeoutError",
    "Timeouts",
    "TranscriptDelta",
    "Usage",
    "UsageError",
    "Video",
    "WavSink",
    "blocks",
    "catalog",
    "decode",
    "gain",
    "inspect",
    "resample",
    "tokens",
]
