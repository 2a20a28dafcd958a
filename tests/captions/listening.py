"""Speech as it is sent, played and listened to, in virtual time."""

from dataclasses import dataclass

import numpy as np

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.captions import CaptionClock, Loudness
from omni_stream.emulator.schedule import RATE, Audio, Timing, spoken
from omni_stream.playout import JitterBuffer

TICK_SECONDS = 0.01
LOOK_TICKS = 3
INTERRUPTED_LOOKS = 8


@dataclass
class Shown:
    """How far off captions were, in seconds.

    Attributes:
        captions: Each word: from when it is heard to when it is shown.
        heard: Each interruption: from the begin of the last word heard to that of the last in the text.
    """

    captions: list[float]
    heard: list[float]


def listened(speech, *, factor, lead, seed=0, jitter=0.0):
    """What a listener is shown of a speech that comes by this real-time factor, with text so far ahead."""
    words, begins = speech.words, np.array([word.seconds for word in speech.words])
    firsts = np.cumsum([0, *(len(word.text) for word in words[:-1])])
    shown_at, heard_at = np.full(len(words), np.nan), np.full(len(words), np.nan)
    shown = Shown([], [])
    for look, (now, seconds, characters) in enumerate(_looks(speech, factor, lead, seed, jitter)):
        shown_at[(firsts < characters) & np.isnan(shown_at)] = now
        heard_at[(begins <= seconds) & np.isnan(heard_at)] = now
        if look % INTERRUPTED_LOOKS == 0:
            last = begins[max(np.searchsorted(firsts, characters) - 1, 0)]
            shown.heard.append(abs(last - begins[np.searchsorted(begins, seconds, "right") - 1]))
    shown.captions = list(np.abs(np.nan_to_num(shown_at, nan=now) - np.nan_to_num(heard_at, nan=now)))
    return shown


def _looks(speech, factor, lead, seed, jitter):
    """(time, second of the speech that is heard, characters that the clock has as heard)."""
    samples = np.frombuffer(speech.pcm, np.int16)
    timing = Timing(real_time_factor=factor, text_lead_seconds=lead, jitter_seconds=jitter)
    coming = spoken(speech.words, speech.frames, timing, seed=seed)[::-1]
    buffer, clock, loudness = JitterBuffer(RATE), CaptionClock(), Loudness()
    tick = 0
    while buffer.stats.heard_s < speech.seconds - 1e-6:
        now = tick * TICK_SECONDS
        while coming and coming[-1][0] <= now:
            _, piece = coming.pop()
            if isinstance(piece, Audio):
                part = samples[piece.begin : piece.end]
                buffer.push(part, now)
                clock.add_sound(loudness.feed(AudioFrame(part, AudioFormat(RATE))))
            else:
                clock.add_text(piece.text)
        if not coming:
            buffer.end(now)
            clock.end()
        buffer.pull(round(TICK_SECONDS * RATE), now)
        heard = buffer.stats.heard_s
        if tick % LOOK_TICKS == 0 and heard > 0:
            yield now, heard, clock.characters_at(heard)
        tick += 1
