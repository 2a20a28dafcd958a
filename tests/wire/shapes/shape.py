"""A reply in a documented shape, built from the standard library alone, and what a reader must get of it."""

import base64
import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import omni_stream as omni


def base64_of(content):
    return base64.b64encode(content).decode()


def floats_of(pcm):
    """int16 as 32-bit float of full scale 1."""
    samples = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    return struct.pack(f"<{len(samples)}f", *(sample / 32_768 for sample in samples))


def base64_of_floats(pcm):
    return base64_of(floats_of(pcm))


def wav(pcm, *, rate=24_000, channels=1, claimed=0xFFFF_FFFF):
    """A WAV file with a chunk that nobody needs, and sizes that say nothing, as streams have them."""
    fields = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    return (
        b"RIFF" + struct.pack("<I", claimed) + b"WAVE"
        b"fmt " + struct.pack("<I", 16) + fields
        + b"LIST" + struct.pack("<I", 4) + b"INFO"
        + b"data" + struct.pack("<I", claimed) + pcm
    )  # fmt: skip


def event(document, *, before="", line="\n"):
    """One event of an event stream, with fields before its data."""
    lines = [*before.splitlines(), f"data: {json.dumps(document, ensure_ascii=False)}", "", ""]
    return line.join(lines).encode()


def line(document):
    """One line of a stream of lines."""
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Shape:
    """A reply.

    Attributes:
        name: Whose, and in which variant.
        dialect: What reads it.
        blocks: Builds its events, or lines, around pieces of encoded audio, each in one of its own.
        encode: Writes some of the PCM as a piece.
        text, transcript, reasoning: The words in it.
        usage: Its (input, output, total) tokens; None if it tells none.
        reason: Its finish reason.
        tail: How many of its last blocks may be missing without its being cut off.
        rate: Of the audio in it, in Hz.
        coding: What was asked for, where the documents do not say.
        is_split_anywhere: Whether a piece may end within a quantum of its encoding, or a sample.
    """

    name: str
    dialect: str
    blocks: Callable[[Sequence[str]], list[bytes]]
    encode: Callable[[bytes], str] = base64_of
    text: str = ""
    transcript: str = ""
    reasoning: str = ""
    usage: tuple[int, int, int] | None = None
    reason: str | None = None
    tail: int = 0
    rate: int = 24_000
    coding: omni.Coding | None = None
    is_split_anywhere: bool = True

    def pieces(self, speech, chunk_bytes):
        """Each chunk as a piece of its own."""
        return [self.encode(speech[at : at + chunk_bytes]) for at in range(0, len(speech), chunk_bytes)]


@dataclass(frozen=True)
class Fault:
    """What a service sends instead of, or behind, a part of an answer."""

    dialect: str
    block: bytes
    kind: type[omni.ApiError]
    code: str
    message: str
    request_id: str | None = None
