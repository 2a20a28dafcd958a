"""What is played: speech, and a voice of which any four samples tell where in it they are."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
from playout.listening import RATE, voice

import omni_stream as omni
from omni_stream.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    Samples = np.ndarray[tuple[int], np.dtype[np.int16]]

FORMAT = omni.AudioFormat(RATE)
CHUNK_SECONDS = 0.08
"""What Qwen-Omni sends at once."""

NOISE = 8
"""Of 32,768."""

STORY = (
    "There was a lighthouse on the coast, and in it lived an old woman. Every evening she climbed the stairs"
    " and lit the lamp, so that no ship was lost. One winter the sea froze, and no ship came. She lit the"
    " lamp all the same, and wrote down the weather, the wind, and the names of the stars that she could see."
    " In spring a letter came: someone far out on the ice had walked towards her light for eleven nights."
)


def write_speech(file: Path, seconds: float) -> None:
    """Write so many seconds of speech, at most 20.

    It has as little noise as a good recording, by which any four samples tell their place; and no sample is
    0, so that silence is of a player.
    """
    spoken = np.frombuffer(asyncio.run(_spoken()), np.int16)[: round(seconds * RATE)]
    noise = np.random.default_rng(0).normal(0, NOISE, len(spoken))
    samples = np.round(spoken + noise).clip(-(1 << 15), (1 << 15) - 1).astype(np.int16)
    samples[samples == 0] = 1
    samples.tofile(file)


async def _spoken() -> bytes:
    async with Emulator() as emulator:
        return (await emulator.speak(STORY)).pcm


def voiced(seconds: float, seed: int = 0) -> Samples:
    """So many seconds of a voice, at most a minute, without a 0 either."""
    samples = voice(60, seed)[: round(seconds * RATE)].copy()
    samples[samples == 0] = 1
    return samples


async def arriving(samples: Samples, *, pace: float) -> AsyncIterator[omni.AudioFrame]:
    """A reply that comes in ``pace`` seconds for each second of it, by a clock that does not wait for us."""
    loop = asyncio.get_running_loop()
    begin, size = loop.time(), round(CHUNK_SECONDS * RATE)
    for at in range(0, len(samples), size):
        await asyncio.sleep(begin + pace * at / RATE - loop.time())
        yield omni.AudioFrame(samples[at : at + size], FORMAT)
