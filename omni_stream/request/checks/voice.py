"""Whether a model has a voice.

A voice that its source gives it in one place and not in another is warned of;
one that is in no list of a model with a list is refused, since the service
refuses it too, after all of the request has been sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.request.checks.warned import warn_once
from omni_stream.request.shown import shown

if TYPE_CHECKING:
    from omni_stream.catalog import Model

_ALIKE = 0.6
"""How alike (of 1) two names are for one to be taken for a slip of the other: difflib's own measure."""


def check_voice(voice: object, model: Model) -> None:
    """Nothing, if ``model`` may have ``voice``.

    Raises:
        UsageError: It does not.
    """
    if not isinstance(voice, str):  # a service may take voices that are more than a name
        return
    instead = f", or none for {model.default_voice!r}" if model.default_voice else ""
    if voice in model.rejected_voices:
        raise UsageError(f"{model.name} is known to refuse the voice {shown(voice)}; choose another{instead}")
    if not model.voices or voice in model.voices:
        return
    if voice in model.disputed_voices:
        warn_once(f"the voice {voice!r} may be refused: {model.dispute}")
        return
    alike = _alike(voice, model.voices)
    meant = f" (is {' or '.join(map(repr, alike))} meant?)" if alike else ""
    raise UsageError(
        f"{model.name} has no voice {shown(voice)} among its {len(model.voices)}{meant};"
        f" choose one of catalog.voices_of{instead}, or send it all the same with check=False"
    )


def _alike(voice: str, voices: tuple[str, ...]) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 -- for the one who mistypes

    by_letters = {name.casefold(): name for name in voices}
    return [by_letters[name] for name in get_close_matches(voice.casefold(), by_letters, cutoff=_ALIKE)]
