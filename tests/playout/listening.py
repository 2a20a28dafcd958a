"""What a listener gets of a reply, read from the samples that were played and from nothing else.

The voice of a reply is harmonic, so that it can be slowed down, and has a little noise, so that any
four samples of it are found at one place only: where a sample was played as it is, its place is known
exactly.  Fades and joints are not found; they are short.

The price of a reply, in seconds of waiting:

    waited + 3 stalled_s + 0.5 stalls + slow + 0.2 held_s + 10 lost_s

A pause may be longer by a quarter of a second, or by half; what is beyond that is a stall, as is any
silence within speech.  Slow is 0.1 ((1 - speed) / 0.1)^2 for each second of speech.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from playout.arriving import Incoming

RATE = 24_000
BLOCK_S = 0.01
HOP = 120
GAP_S = 0.02
"""A shorter silence within speech is not heard as one, and is no longer than two fades."""


@dataclass(frozen=True)
class Got:
    """What a listener got, in seconds, but for the stalls."""

    waited_s: float
    stalls: int
    stalled_s: float
    slow: float
    held_s: float
    lost_s: float
    speech_s: float

    @property
    def price(self) -> float:
        silence = 3 * self.stalled_s + 0.5 * self.stalls
        return self.waited_s + silence + self.slow + 0.2 * self.held_s + 10 * self.lost_s


@cache
def voice(seconds: int, seed: int) -> np.ndarray:
    """A voice that speaks on and on: int16 at 24 kHz."""
    rng = np.random.default_rng(seed)
    time = np.arange(seconds * RATE) / RATE
    pitch = 150 + 40 * np.sin(2 * np.pi * 0.4 * time) + 10 * np.sin(2 * np.pi * 2.3 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 9)) * (1 + 0.4 * np.sin(2 * np.pi * 4 * time))
    return np.round(4_000 * sound + rng.normal(0, 60, len(time))).astype("i2")


def spoken(reply: Incoming) -> np.ndarray:
    """The samples of a reply: its voice where there is speech, noise of 8 LSB elsewhere."""
    frames = sum(round(seconds * RATE) for _, seconds in reply.chunks)
    samples = np.round(np.random.default_rng(reply.seed).normal(0, 8, frames)).astype("i2")
    sound = voice(60, 1)
    for start, end in reply.speech:
        at = slice(round(start * RATE), min(frames, round(end * RATE)))
        samples[at] = sound[at]
    return samples


def played(buffer, reply: Incoming, samples: np.ndarray, since: float = 0.0) -> np.ndarray:
    """What a device plays that asks for 10 ms every 10 ms, from the request on until nothing more comes."""
    block, blocks, pushed, number = round(BLOCK_S * RATE), [], 0, 0
    ended = False
    most = round((reply.ended_s + 2 * reply.seconds + 10) / BLOCK_S)
    for tick in range(most):
        now = tick * BLOCK_S
        while number < len(reply.chunks) and reply.chunks[number][0] <= now:
            at, seconds = reply.chunks[number]
            size = round(seconds * RATE)
            buffer.push(samples[pushed : pushed + size], since + at)
            pushed, number = pushed + size, number + 1
        if not ended and number == len(reply.chunks) and reply.ended_s <= now:
            buffer.end(since + reply.ended_s)
            ended = True
        blocks.append(buffer.pull(block, since + now))
        if ended and buffer.stats.level_s == 0:
            break
    blocks.append(buffer.pull(block, since + len(blocks) * BLOCK_S))
    return np.concatenate(blocks)


def windows(samples: np.ndarray) -> np.ndarray:
    """Each run of four samples, as one number."""
    wide = samples.astype("u2").astype("u8")
    return wide[:-3] | wide[1:-2] << 16 | wide[2:-1] << 32 | wide[3:] << 48


def places(heard: np.ndarray, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frames that were played as they are, and their place in the reply: one pair a hop, within speech."""
    own, ours = windows(samples), windows(heard)
    order = np.argsort(own, kind="stable")
    found = np.searchsorted(own[order], ours).clip(0, len(own) - 1)
    place = order[found]
    is_found = (own[place] == ours) & (np.abs(heard[:-3].astype("i4")) > 0)
    frames = np.flatnonzero(is_found)
    is_run = np.zeros(len(frames), bool)  # what is found by chance stands alone
    steps = (np.diff(frames) == 1) & (np.diff(place[frames]) == 1)
    is_run[:-1] |= steps
    is_run[1:] |= steps
    frames = frames[is_run]
    kept = np.unique(frames // HOP, return_index=True)[1]
    return frames[kept], place[frames[kept]]


def got(heard: np.ndarray, reply: Incoming, samples: np.ndarray) -> Got:
    """What a listener got who heard these samples, the first of them at the request."""
    frames, place = places(heard, samples)
    is_speech = np.zeros(len(samples), bool)
    for start, end in reply.speech:
        is_speech[round(start * RATE) : round(end * RATE)] = True
    frames, place = frames[is_speech[place]], place[is_speech[place]]
    speech_s = is_speech.sum() / RATE
    if not len(frames):
        return Got(len(heard) / RATE - reply.chunks[0][0], 0, 0.0, 0.0, 0.0, speech_s, speech_s)
    stalls, stalled_s, held_s, slow = 0, 0.0, 0.0, 0.0
    pace_from = 0
    steps, advances = np.diff(frames), np.diff(place)
    voiced = np.concatenate([[0], np.cumsum(is_speech)])
    for at in range(len(steps) + 1):
        is_gap = at == len(steps) or steps[at] - max(0, advances[at]) > GAP_S * RATE or steps[at] > 3 * HOP
        took = frames[min(at, len(steps))] - frames[pace_from]
        if is_gap or took > 0.4 * RATE:
            speed = (place[min(at, len(steps))] - place[pace_from]) / max(1, took)
            if took > 2 * HOP and abs(1 - speed) > 0.01:
                slow += 0.1 * took / RATE * ((1 - speed) / 0.1) ** 2
            pace_from = at + 1 if is_gap else at
        if at == len(steps) or not is_gap:
            continue
        pause_s = (advances[at] - (voiced[place[at + 1]] - voiced[place[at]])) / RATE
        more_s = (steps[at] - advances[at]) / RATE
        free_s = max(0.25, pause_s / 2) if pause_s >= 0.05 else 0.0
        held_s += min(max(0.0, more_s), free_s)
        if more_s - free_s > GAP_S:
            stalls += 1
            stalled_s += more_s - free_s
    is_heard = np.zeros(len(samples) // HOP + 1, bool)
    is_heard[place // HOP] = True
    near = is_heard.copy()
    for shift in range(1, 6):  # fades and joints take that long
        near[shift:] |= is_heard[:-shift]
        near[:-shift] |= is_heard[shift:]
    whole = is_speech[: len(samples) // HOP * HOP].reshape(-1, HOP).all(axis=1)
    lost_s = float((whole & ~near[: len(whole)]).sum() * HOP / RATE)
    waited_s = frames[0] / RATE - reply.chunks[0][0]
    return Got(float(waited_s), stalls, float(stalled_s), float(slow), float(held_s), lost_s, float(speech_s))
