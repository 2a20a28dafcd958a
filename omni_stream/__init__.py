"""Turns the streamed answer of an omni model into sound, text and files, live.

What is offered here is imported when it is first asked for, so that a program waits for
no room that it does not use.
"""

from typing import TYPE_CHECKING

__all__ = [
    "ApiError",
    "Audio",
    "AudioDelta",
    "AudioFormat",
    "AudioFrame",
    "AuthenticationError",
    "BufferStats",
    "Client",
    "CodecDecoder",
    "Coding",
    "ConnectError",
    "Conversation",
    "Device",
    "DeviceLostError",
    "Dialect",
    "Event",
    "FileSink",
    "Finished",
    "Frames",
    "Heard",
    "Image",
    "InvalidRequestError",
    "JitterBuffer",
    "LimitExceeded",
    "MediaFacts",
    "NullSink",
    "OmniStreamError",
    "PacedSink",
    "Partial",
    "Pipeline",
    "Playing",
    "PlayoutEvent",
    "PlayoutNumbers",
    "PlayoutStats",
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
    "Speaker",
    "SpeakerStats",
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
    "alaw",
    "blocks",
    "catalog",
    "decode",
    "devices",
    "from_alaw",
    "from_mulaw",
    "gain",
    "inspect",
    "mulaw",
    "resample",
    "tokens",
]

if TYPE_CHECKING:
    from omni_stream import catalog, tokens
    from omni_stream.audio import AudioFormat, AudioFrame, Heard
    from omni_stream.client import Client, Reply, SpokenText, Timeouts
    from omni_stream.errors import (
        ApiError,
        AuthenticationError,
        ConnectError,
        DeviceLostError,
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
    from omni_stream.playout import JitterBuffer, PlayoutEvent, PlayoutNumbers, PlayoutStats
    from omni_stream.request import Conversation
    from omni_stream.sinks import (
        Device,
        FileSink,
        NullSink,
        PacedSink,
        Playing,
        Sink,
        Speaker,
        SpeakerStats,
        WavSink,
        devices,
    )
    from omni_stream.sse import ServerSentEvent, SSEParser
    from omni_stream.stages.blocks import blocks  # from the room itself, mypy would take the modules so named
    from omni_stream.stages.codec import CodecDecoder
    from omni_stream.stages.decode import decode
    from omni_stream.stages.g711 import alaw, from_alaw, from_mulaw, mulaw
    from omni_stream.stages.gain import gain
    from omni_stream.stages.resample import resample
    from omni_stream.upload import inspect
    from omni_stream.wire import Coding, Dialect, StreamDecoder
else:  # or a type checker would believe in any name
    from importlib import import_module

    _OFFERED = {
        "audio": "AudioFormat AudioFrame Heard",
        "catalog": "catalog",
        "client": "Client Reply SpokenText Timeouts",
        "errors": (
            "ApiError AuthenticationError ConnectError DeviceLostError InvalidRequestError LimitExceeded"
            " OmniStreamError Partial ProtocolError QuotaError RateLimitError ServerError SinkError"
            " StreamStalled StreamTruncated TimeoutError UsageError"
        ),
        "events": "AudioDelta Event Finished ReasoningDelta TextDelta TranscriptDelta Usage",
        "media": "Audio Frames Image MediaFacts Video",
        "pipeline": "BufferStats Pipeline Stage",
        "playout": "JitterBuffer PlayoutEvent PlayoutNumbers PlayoutStats",
        "request": "Conversation",
        "sinks": "Device FileSink NullSink PacedSink Playing Sink Speaker SpeakerStats WavSink devices",
        "sse": "ServerSentEvent SSEParser",
        "stages": "CodecDecoder alaw blocks decode from_alaw from_mulaw gain mulaw resample",
        "tokens": "tokens",
        "upload": "inspect",
        "wire": "Coding Dialect StreamDecoder",
    }
    _ROOM_OF = {name: room for room, names in _OFFERED.items() for name in names.split()}

    def __getattr__(name: str) -> object:
        room = _ROOM_OF.get(name)
        if room is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f"{__name__}.{room}")
        found = module if name == room else getattr(module, name)
        globals()[name] = found  # which is looked at first from now on
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
