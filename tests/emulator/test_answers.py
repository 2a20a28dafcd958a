import re

import pytest

from omni_stream.emulator.answers import Prompt, answer
from omni_stream.emulator.medium import at_url
from omni_stream.emulator.scripts import language, token_count
from omni_stream.emulator.speech import synthesise
from omni_stream.emulator.voices import espeak_voice

FASTEST = ("Radio Gol", "Sonrisa", "Pip")


def reply(prompt, *, seed=0, max_tokens=2048):
    return answer(prompt, seed=seed, max_tokens=max_tokens)


def test_the_same_prompt_and_seed_get_the_same_answer():
    assert reply(Prompt("你是谁")) == reply(Prompt("你是谁"))
    assert Prompt("你是谁").digest(seed=0).hex() == "861474b45fd1408899f94ecbb549f8f0"


def test_seeds_and_prompts_vary_the_answer():
    assert len({reply(Prompt("你是谁"), seed=seed).text for seed in range(40)}) > 20
    assert len({reply(Prompt(f"{n}?")).text for n in range(40)}) == 40


@pytest.mark.parametrize(
    ("text", "spoken"),
    [("你是谁", "chinese"), ("Who are you?", "english"), ("¿Quién?", "english"), ("", "english")],
)
def test_it_answers_in_the_language_of_the_prompt(text, spoken):
    answered = reply(Prompt(text))
    assert language(answered.text) == spoken
    assert language(answered.reasoning) == spoken


@pytest.mark.parametrize("voice", FASTEST)
@pytest.mark.parametrize("text", ["我", "Hi", ""])
async def test_a_free_answer_lasts_8_seconds_in_the_fastest_voices(text, voice):
    shortest = min((reply(Prompt(text), seed=seed).text for seed in range(200)), key=len)
    assert (await synthesise(shortest, espeak_voice(voice))).seconds >= 8


def test_the_prompt_is_quoted():
    assert "“你是谁”" in reply(Prompt("你是谁?")).text
    assert "what is the weather like" in reply(Prompt("what is\nthe weather like?")).text


def test_a_long_prompt_is_quoted_in_part():
    assert len(reply(Prompt("字" * 10_000)).text) < 200
    assert "…" in reply(Prompt("word " * 10_000)).text


@pytest.mark.parametrize(
    "opening", ["Say:", "say :", "READ EXACTLY:", "请说:", "请朗读\uff1a", " 请朗读\uff1a"]
)
def test_a_text_can_be_read_out(opening):
    assert reply(Prompt(f"{opening} 一二三, four.\nFive ")).text == "一二三, four.\nFive"


def test_say_needs_something_to_say():
    assert len(reply(Prompt("Say: ")).text) > 60


def test_the_system_message_and_the_media_are_named():
    media = (
        at_url("image", "https://example.test/a/dog%20and_girl.jpeg?x=/y#z"),
        at_url("image", "https://example.test/cat.png"),
    )
    answered = reply(Prompt("图中是什么", media, "你是导购员")).text
    assert "图片 dog%20and_girl.jpeg" in answered
    assert "图片 cat.png" in answered
    assert "你是导购员" in answered
    assert answered != reply(Prompt("图中是什么", media[:1], "你是导购员")).text


def test_many_media_are_named_in_part_and_the_others_counted():
    media = tuple(at_url("image", f"https://example.test/{n}.jpg") for n in range(100))
    answered = reply(Prompt("What is this?", media)).text
    assert re.findall(r"\w+\.jpg", answered) == ["0.jpg", "1.jpg", "2.jpg"]
    assert "and 97 more" in answered


def test_a_long_name_does_not_take_the_answer_over():
    medium = at_url("image", f"https://example.test/{'x' * 10_000}.png")
    assert len(reply(Prompt("What?", (medium,))).text) < 600


@pytest.mark.parametrize(
    "url", ["https://example.test", "https://example.test/?a=/b", "https://example.test/a/"]
)
def test_a_medium_without_a_file_name_is_named_somehow(url):
    assert reply(Prompt("What?", (at_url("audio", url),))).text


@pytest.mark.parametrize("tokens", [1, 5, 20])
def test_an_answer_is_cut_at_its_limit(tokens):
    whole = reply(Prompt("你是谁"))
    cut = reply(Prompt("你是谁"), max_tokens=tokens)
    assert cut.cut
    assert not whole.cut
    assert whole.text.startswith(cut.text)
    assert tokens - 2 < token_count(cut.text) <= tokens
