"""How an answer may be asked for: modalities, thinking, its length, the voice and the format of speech.

It is the body that is looked at, so that what ``extra_body`` says is checked too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.errors import UsageError
from omni_stream.request.checks.voice import check_voice
from omni_stream.request.shown import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omni_stream.catalog import Model


def check_answer(body: Mapping[str, Any], model: Model) -> None:
    """Nothing, if ``model`` gives such an answer.

    Raises:
        UsageError: It does not.
    """
    audio, asked = body.get("audio"), body["modalities"]
    if not isinstance(asked, list | tuple):
        raise UsageError(f'modalities is ["text"] or ["text", "audio"], not {shown(asked)}')
    speaks = "audio" in asked
    if speaks and not model.speaks:
        raise UsageError(f'{model.name} answers in text alone; leave out "audio" or ask another model')
    if body.get("enable_thinking") is True:
        _check_thinking(model, speaks=speaks or audio is not None)
    _check_style(asked, model)
    _check_length(body, model)
    if not isinstance(audio, dict):
        return
    format = audio.get("format")
    if model.audio_formats and format not in model.audio_formats:
        raise UsageError(
            f"the audio.format of {model.name} is {' or '.join(map(repr, model.audio_formats))},"
            f" not {shown(format)}; leave it out"
        )
    check_voice(audio.get("voice"), model)


def _check_style(asked: Sequence[object], model: Model) -> None:
    styles = [style.modalities for style in model.reply_styles]
    if not styles or tuple(asked) in styles:
        return
    if sorted(map(str, asked)) not in map(sorted, styles):
        raise UsageError(
            f"{model.name} answers in the modalities {' or '.join(str(list(style)) for style in styles)},"
            f" not {shown(asked)}; ask for one of them"
        )


def _check_length(body: Mapping[str, Any], model: Model) -> None:
    limits = model.thinking_tokens if body.get("enable_thinking") is True else model.tokens
    longest = body.get("max_tokens")
    if limits is not None and isinstance(longest, int) and longest > limits.output:
        raise UsageError(
            f"an answer of {model.name} is at most {limits.output:,} tokens, and max_tokens is {longest:,};"
            " ask for fewer, or leave it out"
        )


def _check_thinking(model: Model, *, speaks: bool) -> None:
    if not model.thinks:
        raise UsageError(f"{model.name} has no thinking mode; leave thinking out or ask a model that has one")
    if speaks and model.speaks_while_thinking is False:
        raise UsageError(
            f'{model.name} answers in text alone when it thinks; leave out "audio" or thinking=True'
        )
