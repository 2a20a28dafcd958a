"""The reply that every contender reads: speech with its text between, in the shape of the service.

An audio event is 100 ms of speech (4,800 bytes of PCM, 6,400 characters of base64),
and three events of text come with every ten of audio, about what a speaker says in
that second.  The same ten seconds are sent over and over, so that their bytes stay in
the processor's cache, where bytes that have just come from a socket are.
"""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass

EVENT_PCM_BYTES = 4800
"""100 ms of int16 mono at 24 kHz."""

PASSAGE_EVENTS = 100
"""Audio events in the passage that a long reply repeats."""

_TEXT_AFTER = frozenset({2, 5, 8})
_TEXT = "小溪绕过石头慢慢流向远方的大海"
_CREATED = 1_764_763_585
_ID = "6f1b7c52-3e0d-9d4f-8a65-2b7f0c9e4d18"
_TAIL = {
    "object": "chat.completion.chunk",
    "usage": None,
    "created": _CREATED,
    "system_fingerprint": None,
    "model": "qwen3-omni-flash",
    "id": f"chatcmpl-{_ID}",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as bytes and as what is to be decoded from them.

    Attributes:
        passage: Its events, each with its blank line, up to where it repeats.
        repeats: How many times the passage is sent.
        ending: The events after it.
        encoded: The base64 of each audio event of the passage.
        passage_pcm: What the passage decodes to.
    """

    passage: tuple[bytes, ...]
    repeats: int
    ending: tuple[bytes, ...]
    encoded: tuple[bytes, ...]
    passage_pcm: bytes

    @property
    def audio_events(self) -> int:
        """How many audio events it has."""
        return len(self.encoded) * self.repeats

    @property
    def pcm(self) -> bytes:
        """What it decodes to."""
        return self.passage_pcm * self.repeats

    def reads(self, read_bytes: int) -> list[bytes]:
        """Its bytes in reads of at most ``read_bytes``."""
        return _cut(self.passage, read_bytes) * self.repeats + _cut(self.ending, read_bytes)

    def writes(self) -> list[bytes]:
        """Its bytes as a service sends them: event by event."""
        return [*self.passage * self.repeats, *self.ending]


def spoken_reply(audio_events: int) -> Reply:
    """A reply with ``audio_events``, a multiple of ``PASSAGE_EVENTS`` if it is more than those."""
    length = min(audio_events, PASSAGE_EVENTS)
    repeats, rest = divmod(audio_events, length)
    if rest:
        raise ValueError(f"{audio_events} audio events are no multiple of {PASSAGE_EVENTS}; choose one")
    noise = random.Random(length)
    pcm = [noise.randbytes(EVENT_PCM_BYTES) for _ in range(length)]
    encoded = [base64.b64encode(piece) for piece in pcm]
    passage = [_choice({"content": "", "role": "assistant"})]
    for index, piece in enumerate(encoded):
        passage.append(
            _choice({"audio": {"data": piece.decode(), "expires_at": _CREATED, "id": f"audio_{_ID}"}})
        )
        if index % 10 in _TEXT_AFTER:
            passage.append(_choice({"content": _TEXT[index % len(_TEXT)]}))
    usage = {
        "prompt_tokens": 207,
        "completion_tokens": 103,
        "total_tokens": 310,
        "completion_tokens_details": {"audio_tokens": 83, "text_tokens": 20},
        "prompt_tokens_details": {"text_tokens": 207},
    }
    return Reply(
        passage=tuple(passage),
        repeats=repeats,
        ending=(
            _choice({"content": ""}, finish_reason="stop"),
            _event({"choices": [], **_TAIL, "usage": usage}),
            b"data: [DONE]\n\n",
        ),
        encoded=tuple(encoded),
        passage_pcm=b"".join(pcm),
    )


def told_reply(deltas: int) -> Reply:
    """A reply of text alone, in ``deltas`` pieces; what it decodes to is their text as UTF-8."""
    pieces = [_TEXT[index % len(_TEXT)] for index in range(deltas)]
    return Reply(
        passage=(
            _choice({"content": "", "role": "assistant"}),
            *(_choice({"content": piece}) for piece in pieces),
        ),
        repeats=1,
        ending=(_choice({"content": ""}, finish_reason="stop"), b"data: [DONE]\n\n"),
        encoded=(b"",) * deltas,
        passage_pcm="".join(pieces).encode(),
    )


def as_chunk(content: bytes) -> bytes:
    """A chunk of HTTP."""
    return b"%x\r\n%b\r\n" % (len(content), content)


def _choice(delta: dict[str, object], *, finish_reason: str | None = None) -> bytes:
    choice = {"delta": delta, "finish_reason": finish_reason, "index": 0, "logprobs": None}
    return _event({"choices": [choice], **_TAIL})


def _event(document: dict[str, object]) -> bytes:
    return b"data: " + json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def _cut(events: tuple[bytes, ...], read_bytes: int) -> list[bytes]:
    content = b"".join(events)
    return [content[start : start + read_bytes] for start in range(0, len(content), read_bytes)]
