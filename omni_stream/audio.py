"""Audio as values: its format, a frame of it, and what was heard of it."""

from __future__ import annotations

from dataclasses import dataclass

from omni_stream._native import AudioFormat, AudioFrame

__all__ = ["AudioFormat", "AudioFrame", "Heard"]


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of a reply reached its end: the listener's ear, or the file.

    Attributes:
        seconds: Audio time, in seconds.
        text: The text that goes with it, "" where none was given.
    """

    seconds: float
    text: str = ""
