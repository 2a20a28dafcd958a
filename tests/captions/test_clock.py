"""Text laid over sound, judged by speech whose words are known."""

# ruff: noqa: RUF001 -- Chinese has marks of its own

import asyncio
import random

import numpy as np
import pytest
from captions.listening import listened
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
PANCAKES = (
    "Here is what you need:\n\n1. Two eggs, 200 grams of flour, and a pinch of salt.\n2. A large bowl.\n\nMix"
    " everything for about 3 minutes, then let it rest. The pan is in kitchen/drawer.2, the shop is open from"
    " 9:30 to 17:45, and the number is 0171 555 2368."
)
SERVER = (
    "我们用 Python 写了一个 server，它可以处理 streaming audio。首先，install 需要的 package；然后运行"
    " main.py 就行了。如果出现 error，请检查你的 API key。"
)
GARDEN = (
    "She looked out of the window. The garden was white, the pond was frozen, and two crows sat on the fence."
    " It had snowed all night. Nobody had come, nobody would come, and she was glad of it. She made tea."
)
VOICES = {
    LIGHTHOUSE: "Kai",
    FOX: "Serena",
    PEOPLE: "Ethan",
    WATER: "Cherry",
    PANCAKES: "Pip",
    SERVER: "Kai",
    GARDEN: "Sonrisa",
}
STEP = 0.01
LOOK = 2


@pytest.fixture(scope="module")
def spoken():
    """Each text, spoken by a voice that is slow, fast or neither."""

    async def speak():
        async with Emulator() as emulator:
            return [await emulator.speak(text, voice=voice) for text, voice in VOICES.items()]

    return asyncio.run(speak())


@pytest.fixture(scope="module")
def speeches(spoken):
    """Each text's words, and the loudness of its steps."""
    return [(speech.words, Loudness().feed(AudioFrame(speech.pcm, AudioFormat(24_000)))) for speech in spoken]


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


@pytest.mark.parametrize("factor", [0.95, 1.0])
@pytest.mark.parametrize("lead", [0.0, 1.5, 5.0])
def test_words_are_shown_when_they_are_heard_however_little_is_known_ahead(spoken, lead, factor):
    shown = [
        listened(speech, factor=factor, lead=lead, seed=seed, jitter=0.1)
        for seed, speech in enumerate(spoken)
    ]
    for errors in (
        np.concatenate([each.captions for each in shown]),
        np.concatenate([each.heard for each in shown]),
    ):
        assert np.median(errors) < 0.2
        assert np.percentile(errors, 95) < 0.9


def test_at_the_end_all_is_heard(speeches):
    for words, levels in speeches:
        clock = CaptionClock()
        clock.add_sound(levels)
        for word in words:
            clock.add_text(word.text)
        clock.end()
        assert clock.characters_at(len(levels) * STEP) == len(clock.text)


def test_a_number_is_one_however_it_is_cut():
    cut, whole = CaptionClock(), CaptionClock()
    for piece in ("From ", "9", ":", "30", " to ", "17:", "45."):
        cut.add_text(piece)
    whole.add_text("From 9:30 to 17:45.")
    for clock in (cut, whole):
        clock.add_sound([900.0] * 90)
    assert [cut.seconds_of(at) for at in range(19)] == [whole.seconds_of(at) for at in range(19)]


def test_text_that_comes_as_it_is_said_tells_the_pace():
    said = ("one " * 60).split(" ")
    slow, usual = CaptionClock(), CaptionClock()
    usual.add_text("one " * 60)
    for word in said:
        slow.add_text(word + " ")
        slow.add_sound([900.0] * 22)
        usual.add_sound([900.0] * 22)
    late, early = slow.seconds_of(160), usual.seconds_of(160)
    assert abs(late - 8.8) < abs(early - 8.8) / 2


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
