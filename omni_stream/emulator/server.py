"""The emulator: a local server that answers as the service does, with real speech.

Rules.  It listens on the loopback only.  It fetches nothing, and logs neither
bodies nor keys.  What it says depends on the prompt and the seed alone; when it
says it follows its schedule, measured from the request on one clock.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
import time
import uuid
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Self

from aiohttp import web

import omni_stream as omni
from omni_stream.emulator.answers import answer
from omni_stream.emulator.body import read_body
from omni_stream.emulator.fault_injection import Injection
from omni_stream.emulator.fault_plan import HEADER, FaultPlan
from omni_stream.emulator.recording import Recording, read_recording
from omni_stream.emulator.refusal import Refusal
from omni_stream.emulator.replay import played_back, played_headers
from omni_stream.emulator.reply import reply_stream
from omni_stream.emulator.schedule import Timing
from omni_stream.emulator.sending import REQUEST_ID, Sender
from omni_stream.emulator.services import SERVICES, Named, Service
from omni_stream.emulator.speaker import Speaker
from omni_stream.emulator.speech import espeak_folder
from omni_stream.emulator.stream import Stream, StreamEvent
from omni_stream.emulator.voices import espeak_voice
from omni_stream.emulator.wire import event

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from aiohttp.typedefs import Handler

    from omni_stream.emulator.fault_script import Fault
    from omni_stream.emulator.speech import Speech

_log = logging.getLogger("omni_stream.emulator")

_HOST = "127.0.0.1"
_MOST_PORT = 65_535
_SHUTDOWN_SECONDS = 0.1  # a reply that is being sent is not waited for
_EVENT_STREAM = {"content-type": "text/event-stream;charset=UTF-8", "cache-control": "no-cache"}


class Emulator:
    """A local server with the wire of Qwen-Omni, for tests and for trying things out.

    Used with ``async with``; ``base_url`` is what a client is given.  Leaving
    ends all replies at once.

    Args:
        port: The port of 127.0.0.1 to listen on; 0 takes a free one.
        api_key: The only key that is accepted; None accepts any and none.
        seed: What answers depend on beside the prompt, where a request names no seed of its own.
        first_audio_seconds: From a request to its first audio.
        real_time_factor: Seconds of sending for each second of speech; 0 sends at once.
        chunk_seconds: Speech in one event.
        text_lead_seconds: How long before its audio a word's text is sent.
        jitter_seconds: Each event is late by up to this, by the seed.
        transcript: Whether the text of a spoken answer is sent as the audio's transcript, as the
            Turbo models have done, instead of as content.
        replay: A recording's file: every chat request is answered with it, whatever it asks.
        replay_speed: How much faster than recorded.
        faults: What is to go wrong with replies, as fault scripts, ``KIND[@WHEN][:ARGUMENT][xTIMES]``,
            at most 20; a request's own header ``X-Emulator-Fault`` counts instead of them.

    Raises:
        UsageError: A time or the port is out of range, the recording cannot be read, a fault is no script,
            or, on entering, the port is taken or espeak-ng is not installed.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        api_key: str | None = None,
        seed: int = 0,
        first_audio_seconds: float = 0.3,
        real_time_factor: float = 0.5,
        chunk_seconds: float = 0.08,
        text_lead_seconds: float = 1.5,
        jitter_seconds: float = 0.0,
        transcript: bool = False,
        replay: str | os.PathLike[str] | None = None,
        replay_speed: float = 1.0,
        faults: Sequence[str] = (),
    ) -> None:
        if not 0 <= port <= _MOST_PORT:
            raise omni.UsageError(f"port is {port}, outside of 0 (any that is free) to {_MOST_PORT}")
        if not 0 < replay_speed < math.inf:
            raise omni.UsageError(f"replay_speed is {replay_speed}, and must be over 0")
        self._port = port
        self._api_key = api_key
        self._seed = seed
        self._timing = Timing(
            first_audio_seconds, real_time_factor, chunk_seconds, text_lead_seconds, jitter_seconds
        )
        self._transcript = transcript
        self._replay = read_recording(replay) if replay is not None else None
        self._replay_speed = replay_speed
        self._plan = FaultPlan(faults)
        self._speaker = Speaker()
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """The base URL for clients, like http://127.0.0.1:8900/compatible-mode/v1."""
        return self.url_of("dashscope")

    def url_of(self, service: str) -> str:
        """The base URL at which it answers as another service.

        Args:
            service: "dashscope", "openai" or "vllm-omni".

        Raises:
            UsageError: There is no such service.
        """
        if service not in SERVICES:
            raise omni.UsageError(f"the emulator answers as {', '.join(SERVICES)}, not as {service!r:.60}")
        return f"http://{_HOST}:{self._port}{SERVICES[service].path}"

    async def speak(self, text: str, *, voice: str = "Cherry") -> Speech:
        """The speech of ``text``, the very one that a reply in which it is said is cut from.

        Raises:
            UsageError: espeak-ng is not installed.
            OmniStreamError: It failed, or the speech is over 1,200 s.
        """
        return await self._speaker.speak(text, espeak_voice(voice))

    async def __aenter__(self) -> Self:
        if self._replay is None:
            espeak_folder()
        application = web.Application(middlewares=[self._guard])
        for service in SERVICES.values():
            chat = partial(self._chat, service=service)
            application.router.add_post(f"{service.path}/chat/completions", chat)
        application.router.add_get(f"{SERVICES['dashscope'].path}/models", self._models)
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, _HOST, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise omni.UsageError(
                f"the emulator cannot listen on port {self._port}: {error.strerror}; choose another or 0"
            ) from error
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        await self._speaker.aclose()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Checks the key, names the request, and puts every refusal into the service's shape."""
        request_id = request[REQUEST_ID] = str(uuid.uuid4())
        try:
            self._check_key(request)
            return await handler(request)
        except Refusal as refused:
            refusal = refused
        except web.HTTPException as error:
            refusal = Refusal(
                f"{error.reason}: {request.method} {request.path}", status=error.status, code="not_found"
            )
        except omni.OmniStreamError as error:
            _log.warning("request %s failed: %s", request_id, error)
            refusal = Refusal(str(error), status=500, code="internal_error", type="internal_error")
        return web.Response(
            body=refusal.body(request_id=request_id),
            status=refusal.status,
            headers=refusal.headers(request_id=request_id),
        )

    def _check_key(self, request: web.Request) -> None:
        if self._api_key is None:
            return
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, f"Bearer {self._api_key}".encode()):
            raise Refusal("Incorrect API key provided.", status=401, code="invalid_api_key")

    async def _models(self, _request: web.Request) -> web.Response:
        names = [model.name for model in omni.catalog.models() if model.provider == "dashscope"]
        rows = [{"id": name, "object": "model", "created": 0, "owned_by": "system"} for name in names]
        return web.json_response({"object": "list", "data": rows})

    async def _chat(self, request: web.Request, service: Service) -> web.StreamResponse:
        asked_at = asyncio.get_running_loop().time()
        body = await read_body(request)
        faults = self._plan.faults(request.headers.get(HEADER))
        if self._replay is not None:
            return await self._play_back(request, self._replay, faults, asked_at)
        # Media are decoded and looked at: in a thread, so that other replies go on meanwhile.
        asked = await asyncio.to_thread(service.read, body)
        del body
        if asked.speaks and asked.voices and asked.voice not in asked.voices:
            refusal = Refusal(f"Voice '{asked.voice}' is not supported")
            content = event(refusal.document(request_id=request[REQUEST_ID]))
            stream = Stream([StreamEvent(0.0, content), StreamEvent(0.0, b"", ends=True)], 0.0)
            return await self._send(request, stream, faults, asked_at)
        seed = self._seed if asked.seed is None else asked.seed
        said = answer(asked.prompt, seed=seed, max_tokens=asked.max_tokens)
        speech = await self.speak(said.text, voice=asked.voice) if asked.speaks else None
        if speech is not None:
            _log_words(request[REQUEST_ID], speech)
        id = str(uuid.UUID(bytes=asked.prompt.digest(seed=seed), version=4))
        shape = service.shape(asked, Named(id, int(time.time()), self._transcript))
        cost = service.usage(asked, said, speech)
        stream = reply_stream(said, speech, shape, self._timing, seed=seed, thinks=asked.thinks, usage=cost)
        return await self._send(request, stream, faults, self._begin(asked_at))

    def _begin(self, asked_at: float) -> float:
        """When the schedule begins: an answer that took long to speak begins late, not in a burst."""
        ready_at = asyncio.get_running_loop().time()
        return max(asked_at, ready_at - self._timing.first_audio_seconds)

    async def _play_back(
        self, request: web.Request, recording: Recording, faults: Sequence[Fault], asked_at: float
    ) -> web.StreamResponse:
        stream = played_back(recording, speed=self._replay_speed)
        headers = played_headers(recording)
        return await self._send(request, stream, faults, asked_at, status=recording.status, headers=headers)

    async def _send(
        self,
        request: web.Request,
        stream: Stream,
        faults: Sequence[Fault],
        begin: float,
        *,
        status: int = 200,
        headers: Mapping[str, str] = _EVENT_STREAM,
    ) -> web.StreamResponse:
        injection = Injection(faults, stream, request_id=request[REQUEST_ID])
        sender = Sender(
            request,
            begin,
            status=status,
            headers=headers,
            headers_late_seconds=injection.headers_late_seconds,
            is_length_untrue=injection.is_length_untrue,
        )
        return await sender.send(injection.steps())


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
