"""What a reply is made of, as values.

The names follow what a listener or reader gets, not the JSON of one service.
``raw`` is what came: the JSON object that the event was read from, unchanged,
shared by all events of one document (None where an event stands for the end of
the stream rather than for a document).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from omni_stream._native import ReasoningDelta, TextDelta, TranscriptDelta
from omni_stream.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.audio import AudioFormat

__all__ = [
    "AudioDelta",
    "Codec",
    "Encoding",
    "Event",
    "Finished",
    "Raw",
    "ReasoningDelta",
    "TextDelta",
    "TranscriptDelta",
    "Usage",
]

Raw = dict[str, Any]

Encoding = Literal["base64", "hex"]
"""How bytes are written as text."""

Codec = Literal["pcm", "pcm-f32", "mp3", "aac", "flac", "opus"]
"""How sound is written as bytes: "pcm" is int16, little-endian, or WAV where a header says so;
"pcm-f32" is float32, little-endian, -1 to 1; "opus" is Opus in Ogg."""


@dataclass(frozen=True, slots=True)
class AudioDelta:
    """A piece of the speech, still encoded as it came.

    Attributes:
        encoded: The text of the delta, as received.
        encoding: How ``encoded`` is to be read.
        format: The format of raw PCM in this dialect; a WAV header in the audio overrides it.
        codec: How the sound itself is written.
        repeats: Whether this is all of the speech once more, as some services end with; a decoder
            leaves it out if any came before.
    """

    encoded: str
    format: AudioFormat
    encoding: Encoding = "base64"
    codec: Codec = "pcm"
    repeats: bool = False
    raw: Raw | None = field(default=None, compare=False, repr=False)

    def decode(self) -> bytes:
        """The bytes of this delta alone.

        A quantum or a sample split over two deltas needs the ``decode`` stage,
        which carries state; this is for looking at one delta.

        Raises:
            ProtocolError: ``encoded`` is not base64, or hex, by itself.
        """
        try:
            if self.encoding == "hex":
                return bytes.fromhex(self.encoded)
            return base64.b64decode(self.encoded, validate=True)
        except ValueError as error:
            raise ProtocolError(
                f"an audio delta is not {self.encoding} by itself ({error}); use the decode stage",
                excerpt=self.encoded[:80].encode(errors="replace"),
            ) from error


@dataclass(frozen=True, slots=True)
class Usage:
    """What the reply cost, in tokens.

    Attributes:
        details: Everything else of the service's usage object, under the service's own names.
    """

    input_tokens: int
    output_tokens: int
    total_tokens: int
    details: Mapping[str, Any] = field(default_factory=dict)
    raw: Raw | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Finished:
    """The reply is complete; always its last event, and there is exactly one.

    Attributes:
        reason: The service's ``finish_reason`` ("stop", "length", ...), None if it sent none.
    """

    reason: str | None
    raw: Raw | None = field(default=None, compare=False, repr=False)


Event = TextDelta | ReasoningDelta | TranscriptDelta | AudioDelta | Usage | Finished
"""Anything that a reply yields."""
