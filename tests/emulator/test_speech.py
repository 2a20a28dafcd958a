import asyncio
import dataclasses
import hashlib
import importlib.util
import os
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import omni_stream as omni
from omni_stream.emulator import speech
from omni_stream.emulator.speech import synthesise
from omni_stream.emulator.voices import espeak_voice

CHERRY = espeak_voice("Cherry")


def samples(spoken):
    return np.frombuffer(spoken.pcm, "<i2")


async def test_the_same_text_is_the_same_samples_at_any_time_of_day():
    one = await synthesise("你好,world.", CHERRY)
    await asyncio.sleep(1.05 - time.time() % 1)  # espeak-ng's own seed is the second
    assert await synthesise("你好,world.", CHERRY) == one
    assert one.frames > speech.RATE / 2


@pytest.mark.parametrize("text", ["你好,今天天气很好。", "Hello, it is a fine day.", "我喜欢 Python 编程。"])
async def test_words_are_the_text_in_order(text):
    spoken = await synthesise(text, CHERRY)
    assert "".join(word.text for word in spoken.words) == text
    times = [word.seconds for word in spoken.words]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] < spoken.seconds
    assert len(set(times)) >= 5


async def test_mixed_text_speaks_both_languages():
    mixed, chinese, english = [
        (await synthesise(text, CHERRY)).seconds
        for text in ("我喜欢你 computer programming", "我喜欢你", "computer programming")
    ]
    assert mixed == pytest.approx(chinese + english, rel=0.25)


async def test_speech_begins_at_once_and_does_not_clip():
    spoken = samples(await synthesise("嗯,你好!很高兴和你聊天。", CHERRY))
    peak = np.abs(spoken.astype(int)).max()
    assert 8_000 < peak < 32_000
    assert np.flatnonzero(np.abs(spoken.astype(int)) > peak / 50)[0] < 0.2 * speech.RATE


async def test_voices_sound_different():
    names = ["Bella", "Cherry", "Ethan", "Serena", "Kiki", "Vincent"]
    spoken = [await synthesise("你好你好", espeak_voice(name)) for name in names]
    assert len({hashlib.sha256(one.pcm).digest() for one in spoken}) == len(names)
    high, low = median_pitch(samples(spoken[0])), median_pitch(samples(spoken[-1]))
    assert high > 1.5 * low


def median_pitch(spoken):
    """Hz: of each 43 ms, the shortest lag that is nearly as like as the best."""
    shortest, longest = speech.RATE // 500, speech.RATE // 60
    pitches = []
    for begin in range(0, len(spoken) - 2048, 1024):
        window = spoken[begin : begin + 2048].astype(float)
        likeness = np.correlate(window, window, "full")[len(window) - 1 :][: longest + 1]
        likeness /= np.arange(len(window), len(window) - longest - 1, -1)
        lags = np.flatnonzero(likeness[shortest:] > 0.8 * likeness[shortest:].max())
        pitches.append(speech.RATE / (shortest + lags[0]))
    return np.median(pitches)


async def test_a_chunk_is_base64_of_its_frames():
    spoken = await synthesise("好", CHERRY)
    assert spoken.chunk(0, spoken.frames) == spoken.encoded
    cuts = [*range(0, spoken.frames, 999), spoken.frames]
    pieces = [spoken.chunk(begin, end) for begin, end in pairwise(cuts)]
    assert b"".join(pieces) == spoken.encoded
    assert all(b"=" not in piece for piece in pieces[:-1])


@pytest.mark.parametrize("text", ["\0\x1b\x7f", "。。。", "\U0001f600", "<speak>[[hello]]</speak>"])
async def test_any_text_is_taken(text):
    spoken = await synthesise(text, CHERRY)
    assert "".join(word.text for word in spoken.words) == text


async def test_control_characters_do_not_end_the_text():
    assert (await synthesise("one\0two", CHERRY)).seconds > (await synthesise("one", CHERRY)).seconds


async def test_an_unknown_language_is_an_error_that_names_it():
    with pytest.raises(omni.OmniStreamError, match=r"espeak-ng failed: it has no voice tlh\+f2"):
        await synthesise("hello", dataclasses.replace(CHERRY, english="tlh"))


async def test_speech_is_bounded_in_length(monkeypatch):
    monkeypatch.setattr(speech, "MAX_SPEECH_SECONDS", 1)
    with pytest.raises(omni.OmniStreamError, match="over its limit of 1 s; ask for less text"):
        await synthesise("This takes longer than one second to say, does it not?", CHERRY)


async def test_a_child_is_bounded_in_bytes(monkeypatch):
    monkeypatch.setattr(speech, "_MAX_CHILD_BYTES", 10_000)
    with pytest.raises(omni.OmniStreamError, match="more than its limit of 10000 bytes"):
        await synthesise("This is more than ten thousand bytes.", CHERRY)
    assert not children()


async def test_a_child_is_bounded_in_time(monkeypatch):
    monkeypatch.setattr(speech, "_MAX_CHILD_SECONDS", 0.0)
    with pytest.raises(omni.OmniStreamError, match="longer than its limit of 0 s"):
        await synthesise("hello", CHERRY)
    assert not children()


async def test_cancelling_kills_the_child():
    speaking = asyncio.create_task(synthesise("一二三四五六七八九十。" * 150, CHERRY))
    deadline = time.monotonic() + 20
    while not children():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.001)
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    assert not children()


def children():
    """The pids of our children that speak."""
    pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [pid for pid in pids if b"espeak.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def test_a_missing_wheel_is_one_clear_sentence(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(omni.UsageError, match=r"install omni_stream\[emulator\]"):
        await synthesise("hello", CHERRY)
