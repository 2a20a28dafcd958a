"""The lines of ElevenLabs' speech with its timing: one JSON document each, and no end mark."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.shape import Shape
from omni_stream.emulator.speech import RATE
from omni_stream.emulator.wire import json_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from omni_stream.emulator.speech import Speech

_BYTES_OF_A_QUANTUM, _CHARACTERS_OF_A_QUANTUM = 3, 4


class ElevenLabsLines(Shape):
    """The lines of one speech.

    Args:
        speech: It; its words have their times.
    """

    def __init__(self, speech: Speech) -> None:
        self._untold = deque(_characters(speech))
        self._sent_seconds = 0.0

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech, with the characters that begin in it."""
        frames = len(encoded.rstrip(b"=")) * _BYTES_OF_A_QUANTUM // _CHARACTERS_OF_A_QUANTUM // 2
        self._sent_seconds += frames / RATE
        told = []
        while self._untold and self._untold[0][1] < self._sent_seconds:
            told.append(self._untold.popleft())
        alignment = {
            "characters": [character for character, _, _ in told],
            "character_start_times_seconds": [round(begin, 3) for _, begin, _ in told],
            "character_end_times_seconds": [round(end, 3) for _, _, end in told],
        }
        timing = json_bytes(
            {"alignment": alignment, "normalized_alignment": alignment}
            if told
            else {"alignment": None, "normalized_alignment": None}
        )
        return [(b'{"audio_base64":"' + encoded + b'",' + timing[1:] + b"\n", encoded)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:  # noqa: ARG002 -- it gives neither
        """Nothing: the end of the body is the end."""
        return [b""]


def _characters(speech: Speech) -> Iterator[tuple[str, float, float]]:
    """Each character with when it begins and ends: those of a word share its time evenly."""
    begins = [word.seconds for word in speech.words] + [speech.seconds]
    for word, (begin, end) in zip(speech.words, pairwise(begins), strict=True):
        share = (end - begin) / len(word.text)
        for index, character in enumerate(word.text):
            yield character, begin + index * share, begin + (index + 1) * share
