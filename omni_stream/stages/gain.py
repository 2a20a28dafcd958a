"""Louder or softer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from omni_stream.audio import AudioFrame
from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from omni_stream.pipeline.stage import Stage

MOST_DB: Final = 96.0
"""All of the range of int16: more of it leaves nothing but silence, or nothing but full scale."""


def gain(db: float) -> Stage[AudioFrame, AudioFrame]:
    """A stage that makes audio louder or softer; 0 dB passes the very same frames.

    Samples are rounded to the nearest, half to even; what goes over full scale stays at it.

    Args:
        db: Decibels, -96 to 96; 6 doubles the amplitude, -6 halves it, nearly.

    Raises:
        UsageError: `db` is out of range.
    """
    _check_db(db)
    return _unchanged if db == 0 else _scaled(10 ** (db / 20))


def _unchanged(frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
    return frames


def _scaled(factor: float) -> Stage[AudioFrame, AudioFrame]:
    import numpy as np  # noqa: PLC0415 -- 0.1 s, which a program without this stage need not wait for

    every_sample = np.arange(-32_768, 32_768)
    scaled = np.clip(np.rint(every_sample * factor), -32_768, 32_767).astype(np.int16)
    table = np.roll(scaled, 32_768)  # so that a sample is its own index, a negative one from the end

    async def scale(frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
        async for frame in frames:
            yield AudioFrame(table[frame.samples], frame.format, position_frames=frame.position_frames)

    return scale


def _check_db(db: object) -> None:
    if isinstance(db, bool) or not isinstance(db, int | float) or not -MOST_DB <= db <= MOST_DB:
        raise UsageError(f"a gain is -{MOST_DB:.0f} to {MOST_DB:.0f} dB, not {db!r}")
