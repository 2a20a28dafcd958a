"""The emulator: a local server that answers as the services do, with real speech.

Rules.  It listens on the loopback only.  It fetches nothing, and logs neither
bodies nor keys.  What it says depends on the prompt and the seed alone; when it
says it follows its schedule, measured from the request on one clock.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
import uuid
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Self

from aiohttp import web

import omni_stream as omni
from omni_stream.emulator.answering import Answerer, Reply
from omni_stream.emulator.body import Sent, is_large, read_request
from omni_stream.emulator.fault_injection import Injection
from omni_stream.emulator.fault_plan import HEADER, FaultPlan
from omni_stream.emulator.recording import Recording, read_recording
from omni_stream.emulator.refusal import Refusal
from omni_stream.emulator.replay import played_back, played_headers
from omni_stream.emulator.schedule import Timing
from omni_stream.emulator.send_log import SendLog
from omni_stream.emulator.sending import REQUEST_ID, Sender
from omni_stream.emulator.services import SERVICES
from omni_stream.emulator.speaker import Speaker
from omni_stream.emulator.speech import espeak_folder
from omni_stream.emulator.voices import espeak_voice

if TYPE_CHECKING:
    import os
    from collections.abc import Awaitable, Callable, Sequence
    from types import TracebackType

    from aiohttp.typedefs import Handler

    from omni_stream.emulator.speech import Speech

_log = logging.getLogger("omni_stream.emulator")

_HOST = "127.0.0.1"
_MOST_PORT = 65_535
_NATIVE = "/api/"  # DashScope's own interface, beside that which is compatible with OpenAI's
_KEY_HEADERS = ("x-goog-api-key", "xi-api-key")  # of Gemini and of ElevenLabs
_LARGE_BODIES = 2  # at once: of the largest, 2.6 GB
_SHUTDOWN_SECONDS = 0.1  # a reply that is being sent is not waited for


class Emulator:
    """A local server with the wire of Qwen-Omni, for tests and for trying things out.

    Used with ``async with``; ``base_url`` is what a client is given, and ``url_of``
    that of another service.  Leaving ends all replies at once.

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
        send_log: A file that is told when each piece was sent, to hold a measurement to; see ``SendLog``.

    Raises:
        UsageError: A time or the port is out of range, the recording cannot be read, a fault is no script,
            or, on entering, the port is taken, ``send_log`` cannot be written, or espeak-ng is not installed.
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
        send_log: str | os.PathLike[str] | None = None,
    ) -> None:
        if not 0 <= port <= _MOST_PORT:
            raise omni.UsageError(f"port is {port}, outside of 0 (any that is free) to {_MOST_PORT}")
        if not 0 < replay_speed < math.inf:
            raise omni.UsageError(f"replay_speed is {replay_speed}, and must be over 0")
        self._port = port
        self._api_key = api_key
        self._timing = Timing(
            first_audio_seconds, real_time_factor, chunk_seconds, text_lead_seconds, jitter_seconds
        )
        self._replay = read_recording(replay) if replay is not None else None
        self._replay_speed = replay_speed
        self._plan = FaultPlan(faults)
        self._send_log_path = send_log
        self._send_log: SendLog | None = None
        self._speaker = Speaker()
        self._answerer = Answerer(self._speaker, self._timing, seed=seed, transcript=transcript)
        self._turn_of_large_bodies = asyncio.Semaphore(_LARGE_BODIES)
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """The base URL for clients, like http://127.0.0.1:8900/compatible-mode/v1."""
        return self.url_of("dashscope")

    def url_of(self, service: str) -> str:
        """The base URL at which it answers as another service.

        Args:
            service: The name of a provider of the catalog, such as "openai".

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
        if self._send_log_path is not None:
            self._send_log = SendLog(self._send_log_path)
        application = web.Application(middlewares=[self._guard])
        for service in SERVICES.values():
            if service.chat is not None:
                chat = partial(self._answerer.chat, service.chat)
                application.router.add_post(service.chat.path, partial(self._reply, answer=chat))
            if service.speech is not None:
                speech = partial(self._answerer.speech, service.speech)
                application.router.add_post(service.speech.path, partial(self._reply, answer=speech))
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
        if self._send_log is not None:
            self._send_log.close()

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
            body=refusal.body(request_id=request_id, is_native=request.path.startswith(_NATIVE)),
            status=refusal.status,
            headers=refusal.headers(request_id=request_id),
        )

    def _check_key(self, request: web.Request) -> None:
        if self._api_key is None:
            return
        kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
        given = [
            bearer if kind == "Bearer" else "",
            *(request.headers.get(name, "") for name in _KEY_HEADERS),
        ]
        right = self._api_key.encode()
        if not any(hmac.compare_digest(key.encode("utf-8", "surrogateescape"), right) for key in given):
            raise Refusal("Incorrect API key provided.", status=401, code="invalid_api_key")

    async def _models(self, _request: web.Request) -> web.Response:
        names = [model.name for model in omni.catalog.models() if model.provider == "dashscope"]
        rows = [{"id": name, "object": "model", "created": 0, "owned_by": "system"} for name in names]
        return web.json_response({"object": "list", "data": rows})

    async def _reply(
        self, request: web.Request, answer: Callable[[Sent, str], Awaitable[Reply]]
    ) -> web.StreamResponse:
        """Reads the request, has it answered, and sends the reply with its faults."""
        clock = asyncio.get_running_loop().time
        asked_at, request_id = clock(), request[REQUEST_ID]
        async with self._turn_of_large_bodies if is_large(request) else nullcontext():
            sent = await read_request(request)
            faults = self._plan.faults(request.headers.get(HEADER))
            if self._replay is not None:
                reply, begin = self._replayed(self._replay), asked_at
            else:
                reply = await answer(sent, request_id)
                # An answer that took longer to speak than to its first audio begins late, not in a burst.
                begin = max(asked_at, clock() - self._timing.first_audio_seconds)
            del sent  # the reply lasts
        injection = Injection(faults, reply.stream, request_id=request_id)
        sender = Sender(
            request,
            begin,
            asked_at=asked_at,
            sends=self._send_log,
            status=reply.status,
            headers=reply.headers,
            headers_late_seconds=injection.headers_late_seconds,
            is_length_untrue=injection.is_length_untrue,
        )
        return await sender.send(injection.steps())

    def _replayed(self, recording: Recording) -> Reply:
        stream = played_back(recording, speed=self._replay_speed)
        return Reply(stream, played_headers(recording), recording.status)
