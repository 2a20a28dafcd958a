"""Text laid over sound, judged by speech whose words are known."""

# ruff: noqa: RUF001 -- Chinese has marks of its own

import asyncio
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.captions import CaptionClock, Loudness
from omni_stream.emulator import Emulator

LIGHTHOUSE = (
    "There was a lighthouse on the coast, and in it lived an old woman who had never once seen the light go"
    " out. Every evening she climbed the stairs, all two hundred and twelve of them, and polished the glass."
    " One night a storm came. It tore at the shutters and it howled in the chimney; she only smiled, lit a"
    " second lamp, and waited until morning."
)
FOX = (
    "从前有一只小狐狸，它住在森林边上的一个树洞里。每天早上，它都会去河边喝水，然后追着蝴蝶跑来跑去。"
    "有一天，河水突然变得很浑浊，小狐狸觉得很奇怪，于是沿着河岸一直往上走。"
)
PEOPLE = (
    "2024年，全球大约有80亿人。其中，Python语言的使用者超过1500万。你觉得 machine learning 难吗？"
    "其实不难，只要多练习就好。"
)
WATER = (
    "Water boils at one hundred degrees at sea level but on a high mountain where the air is thin it boils at"
    " a much lower temperature so that an egg takes longer to cook"
)
STEP = 0.01
LOOK = 2


@pytest.fixture(scope="module")
def speeches():
    """Each text, spoken: its words, and the loudness of its steps."""

    async def speak():
        async with Emulator() as emulator:
            voices = {LIGHTHOUSE: "Cherry", FOX: "Serena", PEOPLE: "Ethan", WATER: "Cherry"}
            return [await emulator.speak(text, voice=voice) for text, voice in voices.items()]

    return [
        (speech.words, Loudness().feed(AudioFrame(speech.pcm, AudioFormat(24_000))))
        for speech in asyncio.run(speak())
    ]


def played(words, levels, *, lead, pace):
    """When each word counts as heard, with text so many seconds of the clock ahead of the sound.

    Sound comes `pace` times as fast as it is heard, which begins with it.
    """
    clock = CaptionClock()
    waiting = list(words)
    shown, characters, step = [], 0, 0
    for now in range(0, len(levels), LOOK):
        come = min(len(levels), round(now * pace) + 8)
        while waiting and waiting[0].seconds / STEP <= come + lead / STEP * pace:
            clock.add_text(waiting.pop(0).text)
        clock.add_sound(levels[step:come])
        step = come
        if come == len(levels) and not waiting:
            clock.end()
        heard = clock.characters_at(now * STEP)
        while len(shown) < len(words) and characters < heard:
            shown.append(now * STEP)
            characters += len(words[len(shown) - 1].text)
    return shown + [len(levels) * STEP] * (len(words) - len(shown))


@pytest.mark.parametrize("pace", [2.0, 20.0])
@pytest.mark.parametrize("lead", [0.0, 1.5, 5.0])
def test_a_word_counts_as_heard_when_it_is_said(speeches, lead, pace):
    errors = [
        abs(at - word.seconds)
        for words, levels in speeches
        for at, word in zip(played(words, levels, lead=lead, pace=pace), words, strict=True)
    ]
    assert np.median(errors) < 0.15
    assert np.percentile(errors, 95) < 0.6


def test_at_the_end_all_is_heard(speeches):
    for words, levels in speeches:
        clock = CaptionClock()
        clock.add_sound(levels)
        for word in words:
            clock.add_text(word.text)
        clock.end()
        assert clock.characters_at(len(levels) * STEP) == len(clock.text)


def test_text_without_sound_is_not_heard():
    clock = CaptionClock()
    clock.add_text("Hello, world.")
    assert clock.characters_at(0.0) <= len("Hello")
    assert clock.seconds_of(7) > 0.2


@given(st.data())
def test_nothing_is_taken_back_whatever_comes_in_whatever_order(data):
    clock = CaptionClock()
    seconds, before = 0.0, 0
    for _ in range(data.draw(st.integers(0, 12))):
        match data.draw(st.sampled_from(["text", "sound", "look", "end"])):
            case "text":
                clock.add_text(data.draw(st.text(max_size=40)))
            case "sound":
                chance = random.Random(data.draw(st.integers(0, 99)))
                clock.add_sound(chance.choice([0, 1, 900]) for _ in range(data.draw(st.integers(0, 200))))
            case "look":
                seconds += data.draw(st.floats(0, 2))
                heard = clock.characters_at(seconds)
                assert before <= heard <= len(clock.text)
                before = heard
            case "end":
                clock.end()
    places = [clock.seconds_of(place) for place in range(len(clock.text))]
    assert places == sorted(places)


@given(st.lists(st.integers(0, 700), max_size=12), st.sampled_from([1, 2]))
def test_loudness_is_the_same_however_sound_is_cut(cuts, channels):
    format = AudioFormat(16_000, channels)
    samples = np.random.default_rng(1).integers(-9_000, 9_000, (sum(cuts), channels)).astype("<i2")
    whole = Loudness().feed(AudioFrame(samples, format))
    cut, levels, begin = Loudness(), [], 0
    for size in cuts:
        levels += cut.feed(AudioFrame(samples[begin : begin + size], format))
        begin += size
    assert levels == pytest.approx(whole)
    assert len(whole) == len(samples) // 160
