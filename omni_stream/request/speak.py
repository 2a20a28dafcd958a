"""A text to speak -> the body of a request.

How the body looks is each service's own (see ``shapes``); what is common to all
is here.  ``extra_body`` is merged last and wins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from omni_stream.catalog import find_model
from omni_stream.errors import UsageError
from omni_stream.request.body import Body, Holes, encoded
from omni_stream.request.calls import call_to_speak
from omni_stream.request.checks.voice import check_voice
from omni_stream.request.merged import checked_extra, merged
from omni_stream.request.shapes import speech_shape
from omni_stream.request.shown import shown
from omni_stream.request.speech import model_of, voice_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.catalog import Call, Provider


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """What is to be spoken, checked; what a shape of request makes a body of.

    Attributes:
        text: The text.
        model: The model's name.
        voice: The voice's name.
        format: The format of the audio, as the service calls it.
        codec: How audio in that format is written, as ``AudioDelta.codec``; None for the dialect's way.
        call: How the service is called.
        extra: What the caller adds to the body, which is merged into it afterwards.
    """

    text: str = field(repr=False)
    model: str
    voice: str
    format: str
    codec: str | None
    call: Call
    extra: Mapping[str, Any] = field(repr=False)

    def body(self) -> Body:
        """The body to send.

        Raises:
            UsageError: It cannot be said in JSON.
        """
        return encoded(merged(speech_shape(self.call.request)(self), self.extra), Holes())


def speech_request(
    text: str,
    *,
    provider: Provider,
    model: str | None = None,
    voice: str | None = None,
    format: str | None = None,
    extra_body: Mapping[str, Any] | None = None,
    check: bool = True,
) -> SpeechRequest:
    """The request that has ``provider`` speak ``text``.

    Args:
        text: The text.
        provider: Whom it is for; its defaults fill what is not given.
        model: The model's name.
        voice: The voice's name.
        format: The format of the audio, one of ``provider.speak.formats``; if None raw PCM, or WAV where
            that tells its rate.
        extra_body: More of the body, merged last.
        check: Whether to refuse a text that is longer than the source says, or a voice that it does not list.

    Raises:
        UsageError: An argument breaks a rule, or the provider speaks no texts.
    """
    call = call_to_speak(provider)
    _check_text(text, provider.name, call.longest_text if check else None)
    name = model_of(model, call)
    row = find_model(name)
    chosen = voice_of(voice, model=row, call=call)
    if check and row is not None and row.provider == provider.name:
        check_voice(chosen, row)
    return SpeechRequest(
        text=text,
        model=name,
        voice=chosen,
        format=call.audio_format if format is None else _format_of(format, provider.name, call),
        codec=call.codec if format is None else _codec_of(format, call),
        call=call,
        extra=checked_extra(extra_body),
    )


def _check_text(text: object, name: str, longest: int | None) -> None:
    if not isinstance(text, str):
        raise UsageError(f"a text to speak is a text, not {type(text).__name__}")
    if not text.strip():
        raise UsageError("a text to speak must not be empty")
    if longest is not None and len(text) > longest:
        raise UsageError(
            f"{name} speaks at most {longest:,} characters at once, and the text has {len(text):,};"
            " split it between two sentences, or send it all the same with check=False"
        )


def _format_of(format: object, name: str, call: Call) -> str:
    called = call.formats.get(format) if isinstance(format, str) else None
    if called is None:
        offered = ", ".join(map(repr, call.formats)) or "no format that can be chosen"
        raise UsageError(
            f"{name} streams speech as {offered}, and format is {shown(format)}; leave it out for the default"
        )
    return called


def _codec_of(format: str, call: Call) -> str | None:
    """How audio of that format is written: raw PCM in the call's way, WAV as its head says."""
    if call.formats[format] == call.audio_format or format == "pcm":
        return call.codec
    return "pcm" if format == "wav" else format
