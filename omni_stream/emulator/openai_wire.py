"""The server-sent events of OpenAI's chat completions with speech, in the service's shapes and order of keys.

What it does otherwise than DashScope: the text of speech is its transcript; an
event without choices comes about as often as a token of audio is made; the usage
comes before the end; and the end has an ``expires_at`` and no reason.
"""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.shape import Shape
from omni_stream.emulator.wire import DONE, event, json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

_LETTERS = string.ascii_letters + string.digits
_TICKS = 2  # before each event of audio: one or two for each tenth of a second
_EXPIRES_SECONDS = 3_600


class OpenAIChunks(Shape):
    """The events of one answer.

    Args:
        model: The model's name.
        id: A UUID that names the answer.
        created: When it was begun, in seconds since 1970.
        speaks: Whether it is spoken.
        include_usage: Whether the cost is sent at the end.
    """

    def __init__(self, model: str, *, id: str, created: int, speaks: bool, include_usage: bool) -> None:
        self._head = {
            "id": f"chatcmpl-{id}",
            "object": "chat.completion.chunk",
            "created": created,
            "model": model,
            "service_tier": "default",
            "system_fingerprint": None,
        }
        self._created = created
        self._speaks = speaks
        self._include_usage = include_usage
        self._chance = random.Random(id)  # noqa: S311 -- to be repeatable is the point
        self._audio_id = {"id": f"audio_{id.replace('-', '')}"}
        self._has_transcript = self._has_audio = False
        # Audio is nearly all of the bytes, so its event is joined of three parts and never formatted.
        self._audio_head = (
            b"data: " + json_bytes(self._head)[:-1] + b',"choices":[{"index":0,"delta":{"audio":{'
        )

    def begin(self) -> list[bytes]:
        """The event that names the role."""
        if self._speaks:
            return [self._delta({"role": "assistant", "refusal": None})]
        return [self._delta({"role": "assistant", "content": "", "refusal": None})]

    def text(self, text: str) -> list[bytes]:
        """A piece of the answer's text: of speech, its transcript."""
        if not self._speaks:
            return [self._delta({"content": text})]
        if self._has_transcript:
            return [self._delta({"audio": {"transcript": text}})]
        self._has_transcript = True
        return [self._delta({"content": None, "audio": {**self._audio_id, "transcript": text}})]

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech, base64, after a few events without choices."""
        first = b"" if self._has_audio else json_bytes(self._audio_id)[1:-1] + b","
        self._has_audio = True
        tail = b'"}},"finish_reason":null}],' + self._tail(usage=None)
        spoken = self._audio_head + first + b'"data":"' + encoded + tail
        return [(self._event(), None) for _ in range(_TICKS)] + [(spoken, encoded)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:
        """What it cost, if that was asked for; an end that names no reason where it is spoken; the mark."""
        cost = [self._event({"choices": []}, usage=usage)] if self._include_usage else []
        if not self._speaks:
            stop = {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
            return [self._event(stop), *cost, DONE]
        expires = {"audio": {"expires_at": self._created + _EXPIRES_SECONDS}}
        return [*cost, self._event({"choices": [{"index": 0, "delta": expires}]}), DONE]

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})

    def _event(
        self, choices: Mapping[str, Any] | None = None, *, usage: Mapping[str, Any] | None = None
    ) -> bytes:
        return event({**self._head, **(choices or {}), "usage": usage, "obfuscation": self._obfuscation()})

    def _tail(self, usage: Mapping[str, Any] | None) -> bytes:
        return json_bytes({"usage": usage, "obfuscation": self._obfuscation()})[1:] + b"\n\n"

    def _obfuscation(self) -> str:
        """Letters of any number, by which the service hides how long its pieces are."""
        return "".join(self._chance.choices(_LETTERS, k=self._chance.randint(1, 16)))
