"""What has come of an answer so far, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    from pathlib import Path


class Tally:
    """Counts what comes."""

    def __init__(self) -> None:
        self._first_text_seconds: float | None = None
        self._first_audio_seconds: float | None = None
        self._audio_seconds = 0.0
        self._usage: omni.Usage | None = None

    def count(self, item: omni.Event | omni.AudioFrame, at_seconds: float) -> None:
        """Count ``item``, which came ``at_seconds`` after the request."""
        match item:
            case omni.TextDelta() | omni.TranscriptDelta():
                if self._first_text_seconds is None:
                    self._first_text_seconds = at_seconds
            case omni.AudioFrame():
                if self._first_audio_seconds is None:
                    self._first_audio_seconds = at_seconds
                self._audio_seconds += item.seconds
            case omni.Usage():
                self._usage = item

    def summary(self, file: Path | None) -> str:
        """One line on a complete answer, whose speech is in ``file``."""
        begins = [
            f"{what} {seconds:.2f} s"
            for what, seconds in (("text", self._first_text_seconds), ("audio", self._first_audio_seconds))
            if seconds is not None
        ]
        facts = [f"first {', '.join(begins)}"] if begins else []
        if self._audio_seconds:
            facts.append(self._audio)
        if self._usage is not None:
            tokens = f"{self._usage.input_tokens}+{self._usage.output_tokens} tokens"
            facts.append(f"{tokens} ({media})" if (media := _media_tokens(self._usage)) else tokens)
        if file is not None:
            facts.append(str(file))
        return " · ".join(facts)

    def kept(self, file: Path | None) -> str | None:
        """One line on what there is of an answer that broke off; None if there is nothing."""
        if not self._audio_seconds:
            return None
        return f"{self._audio} came" + ("" if file is None else f" and can be played: {file}")

    @property
    def _audio(self) -> str:
        return f"{self._audio_seconds:.2f} s of audio"


def _media_tokens(usage: omni.Usage) -> str:
    """What the media of the question cost, such as "video 880, audio 25"; "" where there were none."""
    counts = usage.details.get("prompt_tokens_details")
    if not isinstance(counts, Mapping):
        return ""
    kinds = ((kind, counts.get(f"{kind}_tokens")) for kind in ("image", "video", "audio"))
    return ", ".join(f"{kind} {count}" for kind, count in kinds if isinstance(count, int) and count > 0)
