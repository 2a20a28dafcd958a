"""The body of a chat-completions request.

``extra_body`` is merged last and wins, key by key, with one exception: a reply
is always streamed with its usage, since nothing else can be read here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from omni_stream.catalog import find_model, models
from omni_stream.errors import UsageError
from omni_stream.request.body import Body, Holes, encoded
from omni_stream.request.content import written
from omni_stream.request.messages import Prompt, messages_of
from omni_stream.request.sampling import sampling_of
from omni_stream.request.shown import is_name, shown
from omni_stream.request.speech import modalities_of, voice_of

if TYPE_CHECKING:
    from omni_stream.catalog import Call, Model, Provider
    from omni_stream.request.placed import Placed

_log = logging.getLogger("omni_stream.request")


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A request, checked and encoded.

    Attributes:
        body: The JSON to send, with a hole for the content of each local medium.
        model: The model that it asks.
        modalities: ("text",) or ("text", "audio").
        media: The media of all messages, in order.
    """

    body: Body
    model: str
    modalities: tuple[str, ...]
    media: tuple[Placed, ...] = field(repr=False)


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

    Raises:
        UsageError: An argument breaks a rule, or cannot be said in JSON.
    """
    call = provider.ask
    if call is None:
        raise UsageError(f"{provider.name} answers no questions; give it a text to speak")
    name = _model_name(model, call)
    row = find_model(name)
    if row is None:
        _log.info("model %r is not in the catalog; the defaults of %s are used", name, provider.name)
    thinks = _thinking(thinking, name=name, model=row, provider=provider)
    chosen = modalities_of(modalities, voice=voice, thinking=bool(thinks), name=name, model=row)
    holes = Holes()
    messages, media = written(messages_of(prompt), provider=provider, holes=holes)
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
    return ChatRequest(encoded(body, holes), name, chosen, media)


def _model_name(model: str | None, call: Call) -> str:
    if model is None:
        return call.default_model
    if not is_name(model):
        raise UsageError(f"model is the name of a model, such as {call.default_model!r}, not {shown(model)}")
    return model


def _thinking(thinking: object, *, name: str, model: Model | None, provider: Provider) -> bool | None:
    """What to send as ``enable_thinking``; None where it must not be sent."""
    if thinking is None:
        return None
    if not isinstance(thinking, bool):
        raise UsageError(f"thinking is True, False or None, not {shown(thinking)}")
    known = model.thinks if model else any(row.thinks for row in models() if row.provider == provider.name)
    if thinking and not known:
        raise UsageError(f"{name} has no thinking mode; leave thinking out or ask a model that has one")
    return thinking if known else None


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
