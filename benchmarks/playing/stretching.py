"""Speech that comes too slowly and is stretched: its pitch, and whether a joint clicks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from playout.listening import RATE, places

import omni_stream as omni
from playing.listener import noticed
from playing.on_a_card import obey, play, say
from playing.page import table
from playing.speech import arriving, write_speech

if TYPE_CHECKING:
    from pathlib import Path

    from playing.on_a_card import Facts, Played
    from playing.speech import Samples

TITLE = "Stretching"

INTRODUCTION = """\
A reply comes at 0.97 times the speed of speech, and is stretched so that it need not stop. The pitch of each
50 ms that are voiced is compared with that of the same place in what was sent, give or take 10 ms. A click
would be a corner (the largest second difference of samples, of 32,768) or a sudden hiss (the largest growth
of what is above 6 kHz, from one 5 ms to the next) well beyond the greatest in what was sent.
"""

PACE = 1 / 0.97
"""Seconds in which a second of it comes."""

PITCHES = (85, 120, 173, 220, 310)
"""Hz, of a voice that is steady and goes from one to the next."""

WINDOW_SECONDS, HOP_SECONDS = 0.05, 0.02
NEAR_FRAMES = range(-RATE // 100, RATE // 100 + 1, RATE // 200)
"""A joint moves what is around it by a period or so: the pitch is that of a place so near."""

PITCH_HZ = (60, 420)
VOICED = 0.8
"""A window is voiced if its autocorrelation has a peak so high, of 1."""

SHIFTS = 8
HISS_HZ = 6_000
"""A click is heard above what a voice has most of."""


def measure(folder: Path, *, quick: bool) -> Facts:
    """A voice of known pitches, and speech."""
    seconds = 1.5 if quick else 15.0
    voice, speech = folder / "voice", folder / "speech"
    steady(seconds).tofile(voice)
    write_speech(speech, seconds)
    figures = {}
    for file in (voice, speech):
        played = play(__name__, folder, within=60, file=str(file))
        figures[file.name] = _judged(played, np.fromfile(file, np.int16))
    return {"pace": PACE, "seconds": seconds, **figures}


def steady(seconds: float) -> Samples:
    """A voice with the pitches in turn, and so much noise that its samples tell their place."""
    random = np.random.default_rng(5)
    pitch = np.repeat(PITCHES, round(seconds * RATE / len(PITCHES)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 9))
    samples = np.round(4_000 * sound + random.normal(0, 30, len(phase))).astype(np.int16)
    samples[samples == 0] = 1
    return samples


async def plays(file: str) -> None:
    """Play what comes too slowly."""
    async with omni.Speaker() as speaker:
        async for frame in arriving(np.fromfile(file, np.int16), pace=PACE):
            await speaker.write(frame)
        await speaker.drain()
        say("closed", **dataclasses.asdict(speaker.stats))


def _judged(played: Played, source: Samples) -> Facts:
    heard = played.recording.sound[:, 0]
    frames, place = places(heard, source)
    size = round(WINDOW_SECONDS * RATE)
    wrong = []
    for at in range(0, len(heard) - size, round(HOP_SECONDS * RATE)):
        own = round(float(np.interp(at + size / 2, frames, place)) - size / 2)
        pitch = pitch_of(heard[at : at + size])
        near = [pitch_of(source[max(0, own + shift) :][:size]) for shift in NEAR_FRAMES]
        known = [each for each in near if each is not None]
        if pitch is not None and len(known) == len(near):
            wrong.append(max(pitch / max(known) - 1, min(known) / pitch - 1, 0.0))
    return {
        "windows": len(wrong),
        "pitch_wrong": {
            name: float(np.quantile(wrong, q))
            for name, q in (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1))
        },
        "beyond_a_hundredth": float(np.mean(np.array(wrong) > 0.01)),
        "corner": [corner(sound) for sound in (heard, source)],
        "flux": [flux(sound) for sound in (heard, source)],
        **noticed(played.recording),
        **played.last("closed"),
    }


def pitch_of(window: Samples) -> float | None:
    """The pitch at the highest peak of its autocorrelation, in Hz; None where it is not voiced."""
    sound = window - window.mean()
    size = len(sound)
    spectrum = np.fft.rfft(sound, 2 * size)
    products = np.fft.irfft(np.abs(spectrum) ** 2)[:size]
    energy = np.concatenate([[0], np.cumsum(sound**2)])
    lags = np.arange(RATE // PITCH_HZ[1], RATE // PITCH_HZ[0])
    both = np.sqrt(energy[size - lags] * (energy[size] - energy[lags]))
    likeness = products[lags] / np.maximum(both, 1)
    best = int(likeness.argmax())
    if likeness[best] < VOICED or not 0 < best < len(lags) - 1 or energy[size] / size < 100**2:
        return None
    peaks = np.flatnonzero((likeness[1:-1] >= likeness[:-2]) & (likeness[1:-1] >= likeness[2:])) + 1
    best = int(
        next(peak for peak in peaks if likeness[peak] >= 0.95 * likeness[best])
    )  # not one of its multiples
    before, middle, after = likeness[best - 1 : best + 2]
    return float(RATE / (lags[best] + (before - after) / 2 / (before - 2 * middle + after)))


def corner(sound: Samples) -> int:
    """The largest second difference."""
    return int(np.abs(np.diff(sound.astype(np.int32), 2)).max())


def flux(sound: Samples) -> float:
    """The largest growth of what is above a voice, from any 5 ms to the next, of full scale."""
    size, hop = RATE // 200, RATE // 200 // SHIFTS
    windows = np.lib.stride_tricks.sliding_window_view(sound / (1 << 15), 2 * size)[::hop]
    spectra = np.abs(np.fft.rfft(windows * np.hanning(2 * size)))
    hiss = spectra[:, round(2 * size * HISS_HZ / RATE) :].sum(axis=1) / size
    return float((hiss[SHIFTS:] - hiss[:-SHIFTS]).max())


def render(figures: Facts) -> str:
    """A row a voice."""
    rows = []
    for name, title in (("voice", "a voice of 85 to 310 Hz"), ("speech", "speech")):
        found = figures[name]
        wrong, (heard, own), (hiss, own_hiss) = found["pitch_wrong"], found["corner"], found["flux"]
        rows.append(
            (
                title,
                ", ".join(f"{found[f'{how}_seconds']:.2f}" for how in ("stretched", "held", "stalled")),
                f"{100 * wrong['median']:.2f}, {100 * wrong['p95']:.2f}, {100 * wrong['most']:.2f}",
                f"{100 * found['beyond_a_hundredth']:.1f} % of {found['windows']}",
                f"{heard:,} / {own:,}",
                f"{hiss:.4f} / {own_hiss:.4f}",
            )
        )
    head = (
        "",
        "seconds stretched, held, stalled",
        "pitch wrong by %: median, 95 %, most",
        "windows beyond 1 %",
    )
    return table((*head, "largest corner, heard / sent", "largest hiss, heard / sent"), rows)


if __name__ == "__main__":
    obey(plays)
