"""One thing that a provider can be called for: to answer, or to speak a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Where a request goes, what it is made of, and how the answer to it is read.

    Attributes:
        path: What follows the base URL; ``{model}``, ``{voice}`` and ``{format}`` in it stand for the
            request's own.
        request: What makes its body: the name of a shape of request, or a function of the caller's own
            (see ``omni_stream.request``).
        dialect: What reads its answer: the name of a dialect, or a ``Dialect`` of the caller's own.
        default_model: The model to ask for when the caller names none.
        default_voice: The voice to ask for when neither the caller nor the model names one.
        audio_format: The format of streamed audio to ask for, as the provider calls it.
        formats: The formats that speech can be asked for in, by their names here ("pcm", "wav", "mp3",
            "opus", "aac", "flac"), as the provider calls them.
        rate: The rate of raw PCM in its answers, in Hz; None for the dialect's.
        codec: How audio in ``audio_format`` is written, as ``AudioDelta.codec``; None for the dialect's way.
        longest_text: The most characters of a text to speak; None where the source states no limit.
        from_origin: Whether ``path`` follows the base URL's host, and not its path.
        headers: Headers that it needs.
    """

    path: str
    request: object
    dialect: object
    default_model: str
    default_voice: str
    audio_format: str
    formats: Mapping[str, str] = field(default_factory=dict, hash=False)
    rate: int | None = None
    codec: str | None = None
    longest_text: int | None = None
    from_origin: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
