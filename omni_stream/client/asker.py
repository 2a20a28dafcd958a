"""Sends a question until an answer begins.

An answer has begun with its first event with content.  Whatever fails before it
may be sent again (see ``retry``), what fails after it never is.
"""

from __future__ import annotations

import asyncio
import builtins
import logging
import random
from functools import partial
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from omni_stream.client.codecs import codec_decoder
from omni_stream.client.filling import filled, ready
from omni_stream.client.incoming import Incoming
from omni_stream.client.leaving import bare
from omni_stream.client.limits import limit_passed
from omni_stream.client.refusal import expect_answer, request_id_of, tell_of_regions
from omni_stream.client.retry import seconds_to_retry
from omni_stream.client.watch import Watch
from omni_stream.errors import ApiError, OmniStreamError
from omni_stream.wire import StreamDecoder
from omni_stream.wire.audio_body import AUDIO_BODY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omni_stream.client.endpoint import Endpoint
    from omni_stream.client.filling import Check
    from omni_stream.client.limits import Limit
    from omni_stream.client.record import Record
    from omni_stream.client.response import Response
    from omni_stream.client.sending import OnUpload, Part
    from omni_stream.client.timeouts import Timeouts
    from omni_stream.client.transport import Transport
    from omni_stream.client.turn import Turn
    from omni_stream.media import MediaFacts, Medium
    from omni_stream.request import Body
    from omni_stream.wire import Coding, Dialect

MOST_LOOKS = 8
"""Threads of one client that look at media.  Half of that is done in the interpreter: hundreds at once get no
more done, and keep the event loop from it for seconds.  One that hangs holds its place until its limit."""

_log = logging.getLogger("omni_stream.client")


def _anything(_facts: Mapping[Medium, MediaFacts], /) -> None:
    """The check of a question that is not checked."""


class Question(NamedTuple):
    """What is sent.

    Attributes:
        url: Where to.
        dialect: The dialect of the answer, None to go by its first events.
        coding: How audio in it is written where it does not say so itself, None for the dialect's way.
        sound: How audio is written where it may come as the body itself; None where it may not.
        model: The model that is asked.
        body: The request's body.
        headers: All of its headers.
        record: What is told of each response.
        turn: The conversation that it is a turn of, None if it is of none.
        check: Judges the local media in the body, before any of it is sent.
        on_upload: Told how much of the body was sent.
    """

    url: str
    dialect: Dialect | None
    coding: Coding | None
    sound: Coding | None
    model: str
    body: Body
    headers: Mapping[str, str]
    record: Record | None
    turn: Turn | None
    check: Check = _anything
    on_upload: OnUpload | None = None

    def __repr__(self) -> str:
        return f"<Question to {self.model} at {self.url}>"  # what is asked, and by whom, is not for logs


class Asker:
    """Sends questions to one endpoint.

    Attributes:
        endpoint: Where to.
        transport: How.
        retries: How many attempts may follow the first.

    Args:
        endpoint: Where to.
        transport: How.
        timeouts: The limits of each reply.
        retries: How many attempts may follow the first.
        strict: Whether broken JSON or audio is an error.
    """

    __slots__ = ("_looks", "_strict", "_timeouts", "endpoint", "retries", "transport")

    def __init__(
        self, endpoint: Endpoint, transport: Transport, *, timeouts: Timeouts, retries: int, strict: bool
    ) -> None:
        self.endpoint = endpoint
        self.transport = transport
        self._timeouts = timeouts
        self.retries = retries
        self._strict = strict
        self._looks = asyncio.Semaphore(MOST_LOOKS)

    async def ask(self, question: Question) -> Incoming:
        """Send ``question``, again if that may help, and wait for the first items of its answer.

        Cancelling drops the connection at once.

        Raises:
            OmniStreamError: The last attempt failed.
        """
        clock = asyncio.get_running_loop().time
        total_deadline = inf if self._timeouts.total is None else clock() + self._timeouts.total
        body = ready(question.body) or await self._filled(question, total_deadline)
        attempt = 0
        while True:
            try:
                return await self._attempt(question, body, total_deadline)
            except OmniStreamError as error:
                failure = bare(error, self.endpoint.key)
            tell_of_regions(failure, self.endpoint.provider)
            jitter = random.random()  # noqa: S311 -- spreads load, hides nothing
            wait = seconds_to_retry(failure, attempt=attempt, retries=self.retries, jitter=jitter)
            if wait is None or clock() + wait >= total_deadline:
                raise failure
            attempt += 1
            _log.info(
                "%s: %s; retry %d of %d in %.2f s",
                self.endpoint.host,
                _kind(failure),
                attempt,
                self.retries,
                wait,
            )
            await asyncio.sleep(wait)

    async def _filled(self, question: Question, total_deadline: float) -> Sequence[bytes | Part]:
        limit: Limit = "total"
        try:
            async with asyncio.timeout_at(None if total_deadline == inf else total_deadline) as scope:
                async with self._looks:
                    idle = self._timeouts.idle
                    deadline = inf if idle is None else asyncio.get_running_loop().time() + idle
                    if deadline < total_deadline:
                        limit = "inspect"
                        scope.reschedule(deadline)
                    return await filled(question.body, question.check)
        except OmniStreamError as error:
            failure = bare(error, self.endpoint.key)
        except builtins.TimeoutError:
            failure = limit_passed(limit, self._timeouts, self.endpoint.host)
        raise failure

    async def _attempt(
        self, question: Question, body: Sequence[bytes | Part], total_deadline: float
    ) -> Incoming:
        _log.debug("%s: asking %s", self.endpoint.host, question.model)
        response = await self.transport.post(
            question.url,
            body,
            question.headers,
            total_deadline=total_deadline,
            on_upload=question.on_upload,
        )
        try:
            if question.record is not None:
                response.record(question.record)
            head, sound = await self._expect_answer(question, response, total_deadline)
            incoming = Incoming(
                response,
                watch=Watch(response, self._timeouts, total_deadline=total_deadline),
                decoder=partial(self._decoder, question, sound, response),
                decodes=question.sound is None,  # else it may take a decoder that nobody needs
                key=self.endpoint.key,
            )
            await incoming.begin(head)
        except BaseException:
            response.close()
            raise
        return incoming

    def _decoder(
        self,
        question: Question,
        sound: Coding | None,
        response: Response,
        decode_audio: bool,  # noqa: FBT001 -- it is what ``Incoming`` chooses, and all that it says
    ) -> StreamDecoder:
        return StreamDecoder(
            question.dialect if sound is None else AUDIO_BODY,
            coding=sound or question.coding,
            codecs=codec_decoder,
            strict=self._strict,
            decode_audio=decode_audio,
            request_id=request_id_of(response.headers),
        )

    async def _expect_answer(
        self, question: Question, response: Response, total_deadline: float
    ) -> tuple[bytes, Coding | None]:
        first_event = self._timeouts.first_event
        deadline = inf if first_event is None else response.sent_at + first_event
        key = self.endpoint.key
        try:
            return await expect_answer(
                response,
                framing=None if question.dialect is None else question.dialect.framing,
                sound=question.sound,
                deadline=min(deadline, total_deadline),
                idle=self._timeouts.idle,
                hide=bytes if key is None else key.hide_bytes,
            )
        except builtins.TimeoutError as error:
            if isinstance(error, OmniStreamError):
                raise
        passed = limit_passed(
            "first_event" if deadline < total_deadline else "total", self._timeouts, response.host
        )
        raise passed


def _kind(error: OmniStreamError) -> str:
    """What failed, without what a service may have quoted of the request."""
    if isinstance(error, ApiError):
        return f"{type(error).__name__} (HTTP {error.status}, code {error.code or 'none'})"
    return type(error).__name__
