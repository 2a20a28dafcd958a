"""What a program holds to ask one service."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from omni_stream.audio import AudioFormat
from omni_stream.client.asker import Asker, Question
from omni_stream.client.endpoint import find_endpoint
from omni_stream.client.filling import check_repeatable
from omni_stream.client.headers import checked_headers, request_headers
from omni_stream.client.key import Key
from omni_stream.client.reply import Reply
from omni_stream.client.timeouts import Timeouts
from omni_stream.client.transport import Transport
from omni_stream.client.turn import Turn
from omni_stream.errors import UsageError
from omni_stream.request import call_to_ask, call_to_speak, chat_shape, those_who_speak
from omni_stream.wire import Coding, find_dialect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    import aiohttp

    from omni_stream.catalog import Call, Provider
    from omni_stream.client.record import Record
    from omni_stream.client.sending import OnUpload
    from omni_stream.events import Codec
    from omni_stream.request import Conversation, Prompt
    from omni_stream.request.shapes import ChatShape
    from omni_stream.wire import Dialect

MOST_RETRIES = 10
"""A service that fails so often in a row is down; with doubling waits this is a minute and more."""

MOST_CONNECTIONS = 65_535
"""The ports of one address: more cannot be open to one service."""


class _Asking(NamedTuple):
    """What all questions of a client have in common."""

    call: Call
    shape: ChatShape
    dialect: Dialect | None
    coding: Coding | None
    headers: Mapping[str, str]


class Client:
    """Asks one service, or has it speak, any number of times at once.

    Used with ``async with``, which closes the replies that are still open, and its
    connections.  Making one sends nothing and needs no event loop; it then belongs to
    the event loop and the process that it is first used in.

    Proxies of the environment (HTTPS_PROXY and the like) are not used, since the key would pass
    through them where nobody meant it to; give a ``session`` made with ``trust_env=True`` or
    ``proxy=...`` to use one.

    Args:
        api_key: The key; from the provider's environment variable if None. Shown nowhere.
        base_url: The address before the path of each call, such as ``/chat/completions``; from the
            environment, or the region's, if None.
        region: A region of the provider ("beijing", "singapore", ...), instead of a base URL.
        provider: Whose environment, requests and answers to go by: the name of a provider of the catalog,
            such as "dashscope", "openai", "vllm-omni" or "elevenlabs", or one of your own.  If nothing
            says it, the first that the environment names; those that answer questions come first.
        dialect: What reads the answers to questions, instead of the provider's dialect: a dialect's name,
            or one of your own.  If nothing says whose ``base_url`` is, an answer is read by its first
            events.
        session: A session to send with, left open; one of its own if None.
        timeouts: The time limits of each reply.
        retries: How often a request is sent again, 0 to 10; only before the first event with content.
        max_connections: How many replies may be open at once, 1 to 65,535; others wait. None for any number.
        strict: Whether broken JSON or audio in a reply is an error, or is left out, counted and logged.

    Raises:
        UsageError: An argument breaks a rule, the arguments contradict each other, or a key is missing.
    """

    __slots__ = ("_asker", "_asking", "_dialect", "_replies")

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        region: str | None = None,
        provider: str | Provider | None = None,
        dialect: str | Dialect | None = None,
        session: aiohttp.ClientSession | None = None,
        timeouts: Timeouts | None = None,
        retries: int = 2,
        max_connections: int | None = None,
        strict: bool = True,
    ) -> None:
        key = None if api_key is None else Key(api_key)
        del api_key  # a traceback would show it
        timeouts = Timeouts() if timeouts is None else timeouts
        if not isinstance(timeouts, Timeouts):
            raise UsageError(
                f"timeouts is a Timeouts, such as Timeouts(total=60), not {type(timeouts).__name__}"
            )
        _check_whole("retries", retries, 0, MOST_RETRIES)
        if max_connections is not None:
            _check_whole("max_connections", max_connections, 1, MOST_CONNECTIONS)
        _check_flag("strict", strict)
        endpoint = find_endpoint(key=key, base_url=base_url, region=region, provider=provider)
        transport = Transport(endpoint, session=session, timeouts=timeouts, max_connections=max_connections)
        self._asker = Asker(endpoint, transport, timeouts=timeouts, retries=retries, strict=strict)
        self._asking: _Asking | None = None  # until the first question
        self._dialect = None if dialect is None else find_dialect(dialect)
        self._replies: set[Reply] = set()

    def __repr__(self) -> str:
        if not hasattr(self, "_replies"):  # a traceback shows a client that was refused, too
            return "<Client, refused>"
        endpoint = self._asker.endpoint
        return f"<Client of {endpoint.provider.name} at {endpoint.host}, {len(self._replies)} replies open>"

    @property
    def base_url(self) -> str:
        """Where it asks: the address before the path of each call."""
        return self._asker.endpoint.base_url

    def ask(
        self,
        prompt: Prompt | Conversation,
        *,
        model: str | None = None,
        voice: str | None = None,
        modalities: Sequence[str] | None = None,
        thinking: bool | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        max_tokens: int | None = None,
        stop: str | Sequence[str] | None = None,
        extra_body: Mapping[str, Any] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        check: bool = True,
        on_upload: OnUpload | None = None,
        record: Record | None = None,
    ) -> Reply:
        """Prepare a question; entering the reply sends it.

        Entering looks at local media first, in a thread, and sends nothing if one cannot be read or is
        more than the model takes.  They are then read piece by piece as they are sent; a retry reads
        them anew.

        Args:
            prompt: A text, a list of chat messages, or a conversation, to which the answer is added when
                the reply is left after its end.
            model: The model's name; the provider's default if None.
            voice: The voice's name; the model's default if None.
            modalities: ["text"] or ["text", "audio"]; audio too, where model and mode allow it, if None.
            thinking: Whether the model is to think first; it then answers in text alone.
            temperature: 0 to 2.
            top_p: 0 to 1.
            seed: 0 or more.
            max_tokens: 1 or more.
            stop: Text, or texts, at which the answer is to end.
            extra_body: More of the request's body, merged last.
            extra_headers: More headers; those of the key and of the connection are not the caller's.
            check: Whether what the catalog knows that the model does not take is refused before it is sent.
            on_upload: Called with the bytes of the request that were sent, and with all that there are (0
                where a file object that cannot seek leaves that open): at the begin, at the end, and at
                most 20 times a second between; anew for each retry.  What it raises ends the request.
            record: Takes down the response as it comes.

        Raises:
            UsageError: An argument breaks a rule, the client is closed, or a file object that cannot seek
                might have to be sent again; nothing was sent.
        """
        endpoint = self._asker.endpoint
        self._asker.transport.check_open()
        _check_flag("check", check)
        _check_callback("on_upload", on_upload)
        asking = self._asking = self._asking or self._find_asking()
        prompt, turn = (prompt, None) if isinstance(prompt, str) else _said(prompt)
        request = asking.shape(
            prompt,
            provider=endpoint.provider,
            model=model,
            voice=voice,
            modalities=modalities,
            thinking=thinking,
            temperature=temperature,
            top_p=top_p,
            seed=seed,
            max_tokens=max_tokens,
            stop=stop,
            extra_body=extra_body,
            check=check,
        )
        check_repeatable(request.body, retries=self._asker.retries)
        if request.media and not request.body.media:
            request.check({})
        headers = asking.headers
        if extra_headers is not None:
            headers = self._headers(asking.call, extra_headers, asking.dialect)
        question = Question(
            url=endpoint.url(asking.call, model=request.model),
            dialect=asking.dialect,
            coding=asking.coding,
            sound=None,
            model=request.model,
            body=request.body,
            headers=headers,
            check=request.check,
            on_upload=on_upload,
            record=record,
            turn=turn,
        )
        return Reply(self._asker, question, replies=self._replies)

    def speak(
        self,
        text: str,
        *,
        voice: str | None = None,
        model: str | None = None,
        format: str | None = None,
        extra_body: Mapping[str, Any] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        check: bool = True,
        record: Record | None = None,
    ) -> Reply:
        """Prepare the speech of a text; entering the reply sends it.

        The reply is read as an answer's is: by ``audio()``, ``decoded()`` or ``text()``, or by
        ``encoded()``, which gives the audio as it came.  A service that answers with the audio
        itself, and not with events, is read by its content type.

        Args:
            text: The text.
            voice: The voice's name; the model's, or the provider's, default if None.
            model: The model's name; the provider's default if None.
            format: "pcm", "wav", "mp3", "opus", "flac" or "aac", of those that the provider streams; raw
                PCM if None, or WAV where that tells its rate.  Compressed audio takes the extra
                ``codecs`` to be decoded.
            extra_body: More of the request's body, merged last; a mapping within it key by key.
            extra_headers: More headers; those of the key and of the connection are not the caller's.
            check: Whether a text that is longer than the service's documentation allows, or a voice that
                it does not list, is refused before it is sent.
            record: Takes down the response as it comes.

        Raises:
            UsageError: An argument breaks a rule, the client is closed, the provider speaks no texts, or
                nothing says whose ``base_url`` is; nothing was sent.
        """
        endpoint = self._asker.endpoint
        self._asker.transport.check_open()
        _check_flag("check", check)
        call = call_to_speak(endpoint.provider)
        if not endpoint.is_known:
            raise UsageError(
                f"nothing says how {endpoint.host} is given a text to speak; give"
                f" provider={those_who_speak()} (most servers of one's own take what openai takes)"
            )
        from omni_stream.request import speech_request  # noqa: PLC0415 -- few clients speak texts

        request = speech_request(
            text,
            provider=endpoint.provider,
            voice=voice,
            model=model,
            format=format,
            extra_body=extra_body,
            check=check,
        )
        dialect = find_dialect(call.dialect)
        coding = _coding(call, dialect, codec=request.codec)
        question = Question(
            url=endpoint.url(call, model=request.model, voice=request.voice, format=request.format),
            dialect=dialect,
            coding=coding,
            sound=coding,
            model=request.model,
            body=request.body(),
            headers=self._headers(call, extra_headers, dialect),
            record=record,
            turn=None,
        )
        return Reply(self._asker, question, replies=self._replies)

    def _headers(
        self, call: Call, extra_headers: Mapping[str, str] | None, dialect: Dialect | None
    ) -> dict[str, str]:
        endpoint = self._asker.endpoint
        return request_headers(
            endpoint.key,
            {**call.headers, **checked_headers(extra_headers)},
            key_header=endpoint.provider.key_header,
            framing="sse" if dialect is None else dialect.framing,
        )

    def _find_asking(self) -> _Asking:
        endpoint = self._asker.endpoint
        call = call_to_ask(endpoint.provider)
        dialect = self._dialect
        if dialect is None and endpoint.is_known:  # else an answer is read by its first events
            dialect = find_dialect(call.dialect)
        return _Asking(
            call=call,
            shape=chat_shape(call.request),
            dialect=dialect,
            coding=None if dialect is None else _coding(call, dialect, codec=call.codec),
            headers=self._headers(call, None, dialect),
        )

    async def aclose(self) -> None:
        """Close the replies that are open, and all connections. Idempotent.

        A session that was given is left open.
        """
        try:
            for reply in tuple(self._replies):
                await reply.aclose()
        finally:
            await self._asker.transport.aclose()

    async def __aenter__(self) -> Self:
        self._asker.transport.check_open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


def _said(prompt: Prompt | Conversation) -> tuple[Prompt, Turn | None]:
    """The messages of a prompt, and the turn of the conversation that they are, if it is one."""
    from omni_stream.request import Conversation  # noqa: PLC0415 -- a text needs none, nor media

    if not isinstance(prompt, Conversation):
        return prompt, None
    messages = prompt.question()
    return messages, Turn(prompt, asked=len(messages))


def _coding(call: Call, dialect: Dialect, *, codec: str | None) -> Coding:
    """How audio in the answers to ``call`` is written: as it says, else as is the way of ``dialect``."""
    return Coding(
        dialect.coding.format if call.rate is None else AudioFormat(call.rate),
        cast("Codec", codec or dialect.coding.codec),
        dialect.coding.encoding,
    )


def _check_flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise UsageError(f"{name} is True or False, not {value!r:.60}")


def _check_callback(name: str, callback: object) -> None:
    if callback is not None and (not callable(callback) or iscoroutinefunction(callback)):
        raise UsageError(f"{name} is a function of two numbers that is called as it is, without await")


def _check_whole(name: str, value: object, lowest: int, highest: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise UsageError(f"{name} is a whole number from {lowest} to {highest}, not {value!r:.60}")
