"""Which model is asked, whether it speaks, and with which voice.

An answer has text, and audio too where the model and the mode allow it.  What
the caller says explicitly is sent or refused, never dropped.  What the model
itself does not take is found by ``checks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.request.shown import is_name, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.catalog import Call, Model

MODALITIES = ("text", "audio")
"""What an answer may be made of; no service gives audio alone."""


def model_of(model: str | None, call: Call) -> str:
    """The model to ask: the caller's, else the call's.

    Raises:
        UsageError: ``model`` is empty, or no text.
    """
    if model is None:
        return call.default_model
    if not is_name(model):
        raise UsageError(f"model is the name of a model, such as {call.default_model!r}, not {shown(model)}")
    return model


def modalities_of(
    modalities: Sequence[str] | None, *, voice: str | None, thinking: bool, name: str, model: Model | None
) -> tuple[str, ...]:
    """The modalities to ask for: ("text",) or ("text", "audio").

    Args:
        modalities: What the caller asks for, None to leave it to the model and the mode.
        voice: The voice that the caller asks for, if any.
        thinking: Whether the model is to think.
        name: The model's name as it is sent.
        model: Its row in the catalog, None if it has none.

    Raises:
        UsageError: The arguments contradict each other.
    """
    chosen: tuple[str, ...]
    if modalities is None:
        is_silent = model is not None and not model.speaks
        chosen = MODALITIES[:1] if thinking or is_silent else MODALITIES
    else:
        chosen = _checked(modalities)
    if voice is not None and "audio" not in chosen:
        reason = "while it thinks" if thinking else "as asked" if modalities is not None else f"of {name}"
        raise UsageError(
            f"voice={shown(voice)} needs audio, and the answer {reason} is text; leave the voice out"
        )
    return chosen


def voice_of(voice: str | None, *, model: Model | None, call: Call) -> str:
    """The voice to ask for: the caller's, else the model's own, else the call's.

    Raises:
        UsageError: ``voice`` is empty, or no text.
    """
    if voice is None:
        return (model.default_voice if model else None) or call.default_voice
    if not is_name(voice):
        raise UsageError(f"voice is the name of a voice, such as {call.default_voice!r}, not {shown(voice)}")
    return voice


def _checked(modalities: Sequence[str]) -> tuple[str, ...]:
    if isinstance(modalities, str) or any(name not in MODALITIES for name in modalities):
        raise UsageError(f'modalities is ["text"] or ["text", "audio"], not {shown(modalities)}')
    if "text" not in modalities:
        raise UsageError(
            f'no service answers without text; modalities is ["text", "audio"], not {shown(modalities)}'
        )
    return tuple(name for name in MODALITIES if name in modalities)
