"""The body of a chat-completions request.

``extra_body`` is merged last and wins, key by key, with one exception: a reply
is always streamed with its usage, since nothing else can be read here.

What the catalog knows that a model does not take (see ``checks``) is found in two
steps: here what needs no look at the media, and in ``ChatRequest.check`` the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from omni_stream.catalog import find_model, models
from omni_stream.errors import UsageError
from omni_stream.request.body import Body, Holes, encoded
from omni_stream.request.calls import call_to_ask
from omni_stream.request.checks import (
    Unchecked,
    check_answer,
    check_messages,
    row_to_check_by,
)
from omni_stream.request.messages import Prompt, messages_of
from omni_stream.request.sampling import sampling_of
from omni_stream.request.shown import shown
from omni_stream.request.speech import modalities_of, model_of, voice_of

if TYPE_CHECKING:
    from omni_stream.catalog import Model, Provider
    from omni_stream.media import MediaFacts, Medium
    from omni_stream.request.placed import Placed


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A request, checked and encoded.

    Attributes:
        body: The JSON to send, with a hole for the content of each local medium.
        model: The model that it asks.
        modalities: ("text",) or ("text", "audio").
        media: The media of all messages, in order.
        thinks: Whether the model is to think before it answers.
        row: The model's row in the catalog, which it is checked by; None to check nothing.
    """

    body: Body
    model: str
    modalities: tuple[str, ...]
    media: tuple[Placed, ...] = field(repr=False)
    thinks: bool
    row: Model | None = field(repr=False)

    def check(self, facts: Mapping[Medium, MediaFacts]) -> None:
        """Nothing, if the model takes the media.

        What is not known of them is logged as unchecked, at level INFO.

        Args:
            facts: What was found in each of ``body.media``.

        Raises:
            UsageError: A medium is too large or too long, is of a wrong shape or format, or all
                together are more than the model's input.
        """
        if self.row is None:
            return
        # Most questions have no media, and need neither these nor the rules of counting behind them.
        from omni_stream.request.checks.media import check_media  # noqa: PLC0415 -- see above
        from omni_stream.request.checks.tokens import check_tokens  # noqa: PLC0415 -- see above

        unchecked = Unchecked()
        check_media(self.media, facts, self.row, unchecked)
        check_tokens(self.media, facts, self.row, unchecked, thinks=self.thinks)
        unchecked.tell()


def chat_request(
    prompt: Prompt,
    *,
    provider: Provider,
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
    check: bool = True,
) -> ChatRequest:
    """The request that asks ``provider`` for an answer to ``prompt``.

    Args:
        prompt: A text, or a list of messages.
        provider: Whom it is for; its defaults fill what is not given.
        model: The model's name; one that the catalog does not know is asked all the same.
        voice: The voice's name; needs audio.
        modalities: ["text"] or ["text", "audio"]; by default audio too where model and mode allow it.
        thinking: Whether the model is to think before it answers (in text alone then).
        temperature: 0 to 2.
        top_p: 0 to 1.
        seed: 0 or more; the same seed asks for the same answer.
        max_tokens: 1 or more.
        stop: Text, or texts, at which the answer is to end.
        extra_body: More of the body, merged last; overrides everything but streaming.
        check: Whether to refuse what the catalog knows that the model does not take.

    Raises:
        UsageError: An argument breaks a rule, or cannot be said in JSON.
    """
    call = call_to_ask(provider)
    name = model_of(model, call)
    row = find_model(name)
    thinks = _thinking(thinking, model=row, provider=provider)
    chosen = modalities_of(modalities, voice=voice, thinking=bool(thinks), name=name, model=row)
    holes = Holes()
    messages: Sequence[Mapping[str, Any]] = messages_of(prompt)
    media: tuple[Placed, ...] = ()
    if not isinstance(prompt, str):
        from omni_stream.request.content import written  # noqa: PLC0415 -- a text needs no media

        messages, media = written(messages, provider=provider, holes=holes)
    body: dict[str, Any] = {
        "model": name,
        "messages": messages,
        "modalities": chosen,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if "audio" in chosen:
        body["audio"] = {
            "voice": voice_of(voice, model=row, call=call),
            "format": call.audio_format,
        }
    if thinks is not None:
        body["enable_thinking"] = thinks
    body |= sampling_of(temperature=temperature, top_p=top_p, seed=seed, max_tokens=max_tokens, stop=stop)
    body |= _extra(extra_body)
    if body["messages"] is not messages:  # extra_body has others, in the service's own words
        media = ()
    by = row_to_check_by(name, row, provider) if check else None
    if by is not None:
        check_answer(body, by)
        check_messages(messages, media, by, speaks="audio" in body["modalities"])
    return ChatRequest(encoded(body, holes), name, chosen, media, body.get("enable_thinking") is True, by)


def _thinking(thinking: object, *, model: Model | None, provider: Provider) -> bool | None:
    """What to send as ``enable_thinking``; None where it must not be sent."""
    if thinking is None:
        return None
    if not isinstance(thinking, bool):
        raise UsageError(f"thinking is True, False or None, not {shown(thinking)}")
    known = model.thinks if model else any(row.thinks for row in models() if row.provider == provider.name)
    return thinking if thinking or known else None


def _extra(extra_body: Mapping[str, Any] | None) -> dict[str, Any]:
    if extra_body is None:
        return {}
    if not isinstance(extra_body, Mapping):
        raise UsageError(f"extra_body is a mapping of the body's own keys, not {type(extra_body).__name__}")
    extra = dict(extra_body)
    if extra.get("stream", True) is not True:
        raise UsageError(
            f"a reply is always streamed; leave stream={shown(extra['stream'])} out of extra_body"
        )
    options = extra.get("stream_options", {})
    if not isinstance(options, Mapping) or options.get("include_usage", True) is not True:
        raise UsageError(
            f"a reply always carries its usage; leave include_usage out of extra_body's"
            f" stream_options={shown(options)}"
        )
    if "stream_options" in extra:
        extra["stream_options"] = {**options, "include_usage": True}
    return extra
