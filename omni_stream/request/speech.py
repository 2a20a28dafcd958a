"""Whether an answer speaks, and with which voice.

An answer has text, and audio too where the model and the mode allow it.  What
the caller says explicitly is sent or refused, never dropped: a voice without
audio, audio while thinking and audio of a model known to be silent are
refused.  A model or a voice that the catalog does not know is sent, since
services add them at any time.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.request.shown import is_name, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.catalog import Call, Model

MODALITIES = ("text", "audio")
"""What an answer may be made of; no service gives audio alone."""

_log = logging.getLogger("omni_stream.request")


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
        UsageError: The arguments contradict each other or the model.
    """
    silent = model is not None and not model.speaks
    chosen: tuple[str, ...]
    if modalities is None:
        chosen = MODALITIES[:1] if thinking or silent else MODALITIES
    else:
        chosen = _checked(modalities)
        if "audio" in chosen and thinking:
            raise UsageError('a model that thinks answers in text alone; leave out "audio" or thinking=True')
        if "audio" in chosen and silent:
            raise UsageError(f'{name} answers in text alone; leave out "audio" or ask another model')
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
    if model is not None and model.voices and voice not in model.voices:
        _log.info("voice %r is not in the catalog of %s; it is sent as it is", voice, model.name)
    return voice


def _checked(modalities: Sequence[str]) -> tuple[str, ...]:
    if isinstance(modalities, str) or any(name not in MODALITIES for name in modalities):
        raise UsageError(f'modalities is ["text"] or ["text", "audio"], not {shown(modalities)}')
    if "text" not in modalities:
        raise UsageError(
            f'no service answers without text; modalities is ["text", "audio"], not {shown(modalities)}'
        )
    return tuple(name for name in MODALITIES if name in modalities)
