"""A request's body -> the reply to it, whose speech is spoken before it begins."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from omni_stream.emulator.answers import Answer, answer
from omni_stream.emulator.openai_usage import speech_usage
from omni_stream.emulator.refusal import Refusal
from omni_stream.emulator.reply import reply_stream
from omni_stream.emulator.services import Named
from omni_stream.emulator.speech_request import EVENT_STREAM
from omni_stream.emulator.stream import Stream, StreamEvent
from omni_stream.emulator.voices import espeak_voice
from omni_stream.emulator.wire import event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.emulator.body import Sent
    from omni_stream.emulator.schedule import Timing
    from omni_stream.emulator.services import ChatService, SpeechService
    from omni_stream.emulator.speaker import Speaker
    from omni_stream.emulator.speech import Speech

_log = logging.getLogger("omni_stream.emulator")

_EVENT_STREAM = {"content-type": EVENT_STREAM, "cache-control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request is answered with.

    Attributes:
        stream: The body.
        headers: The response's headers.
        status: The HTTP status.
    """

    stream: Stream
    headers: Mapping[str, str] = field(default_factory=lambda: _EVENT_STREAM)
    status: int = 200


class Answerer:
    """Answers requests.

    Args:
        speaker: Who speaks.
        timing: How fast replies are sent.
        seed: What answers depend on beside the prompt, where a request names no seed of its own.
        transcript: Whether the text of speech is sent as its transcript, where a service has both ways.
    """

    def __init__(self, speaker: Speaker, timing: Timing, *, seed: int, transcript: bool) -> None:
        self._speaker = speaker
        self._timing = timing
        self._seed = seed
        self._transcript = transcript

    async def chat(self, service: ChatService, sent: Sent, request_id: str) -> Reply:
        """The reply to a chat request.

        Raises:
            Refusal: The service would not answer it.
        """
        # Media are decoded and looked at: in a thread, so that other replies go on meanwhile.
        asked = await asyncio.to_thread(service.read, sent)
        if asked.speaks and asked.voices and asked.voice not in asked.voices:
            refusal = Refusal(f"Voice '{asked.voice}' is not supported")
            content = event(refusal.document(request_id=request_id))
            return Reply(Stream([StreamEvent(0.0, content), StreamEvent(0.0, b"", ends=True)], 0.0))
        seed = self._seed if asked.seed is None else asked.seed
        said = answer(asked.prompt, seed=seed, max_tokens=asked.max_tokens)
        speech = await self._spoken(said.text, asked.voice, request_id) if asked.speaks else None
        id = str(uuid.UUID(bytes=asked.prompt.digest(seed=seed), version=4))
        shape = service.shape(asked, Named(id, int(time.time()), self._transcript))
        cost = service.usage(asked, said, speech)
        return Reply(
            reply_stream(said, speech, shape, self._timing, seed=seed, thinks=asked.thinks, usage=cost)
        )

    async def speech(self, service: SpeechService, sent: Sent, request_id: str) -> Reply:
        """The reply to a request to speak a text.

        Raises:
            Refusal: The service would not answer it.
        """
        asked = service.read(sent)
        speech = await self._spoken(asked.text, asked.voice, request_id)
        shape = service.shape(asked, speech, request_id)
        said, cost = Answer(asked.text, "", cut=False), speech_usage(asked.text, speech)
        stream = reply_stream(said, speech, shape, self._timing, seed=self._seed, thinks=False, usage=cost)
        if asked.content_type.startswith("audio/"):
            stream = Stream(stream.events, stream.length_seconds, is_events=False)
        return Reply(stream, {**_EVENT_STREAM, "content-type": asked.content_type})

    async def _spoken(self, text: str, voice: str, request_id: str) -> Speech:
        speech = await self._speaker.speak(text, espeak_voice(voice))
        _log_words(request_id, speech)
        return speech


def _log_words(request_id: str, speech: Speech) -> None:
    """Log when each word begins, by its place in the text: the text itself is never logged."""
    if not _log.isEnabledFor(logging.DEBUG):
        return
    characters = accumulate((len(word.text) for word in speech.words), initial=0)
    begins = " ".join(f"{at}:{word.seconds:.3f}" for at, word in zip(characters, speech.words, strict=False))
    _log.debug(
        "request %s: %.3f s of speech, words begin at character:seconds %s",
        request_id,
        speech.seconds,
        begins,
    )
