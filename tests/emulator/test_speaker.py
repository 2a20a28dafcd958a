import asyncio

import pytest

from omni_stream.emulator import speaker, speech
from omni_stream.emulator.speaker import Speaker
from omni_stream.emulator.speech import synthesise
from omni_stream.emulator.voices import espeak_voice

CHERRY = espeak_voice("Cherry")


@pytest.fixture
async def speaking():
    keeper = Speaker()
    yield keeper
    await keeper.aclose()


async def test_the_same_text_is_spoken_once(speaking):
    first, *others = await asyncio.gather(*(speaking.speak("你好", CHERRY) for _ in range(20)))
    assert all(other is first for other in others)
    assert await speaking.speak("你好", CHERRY) is first


async def test_what_was_asked_for_least_recently_goes_first(speaking, monkeypatch):
    one = await speaking.speak("一", CHERRY)
    two = await speaking.speak("二", CHERRY)
    assert await speaking.speak("一", CHERRY) is one
    three = await synthesise("三", CHERRY)
    monkeypatch.setattr(speaker, "_KEPT_BYTES", len(one.encoded) + len(three.encoded))
    await speaking.speak("三", CHERRY)
    assert await speaking.speak("一", CHERRY) is one
    again = await speaking.speak("二", CHERRY)
    assert again is not two
    assert again == two


async def test_one_who_leaves_does_not_take_the_speech_from_the_others(speaking):
    leaving = asyncio.create_task(speaking.speak("再见", CHERRY))
    staying = asyncio.create_task(speaking.speak("再见", CHERRY))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).frames > 0
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_a_failure_is_told_to_all_and_forgotten(speaking, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(speech, "_MAX_CHILD_BYTES", 1)
        results = await asyncio.gather(
            *(speaking.speak("好", CHERRY) for _ in range(3)), return_exceptions=True
        )
        assert all("more than its limit" in str(result) for result in results)
    assert (await speaking.speak("好", CHERRY)).frames > 0


async def test_closing_ends_what_is_being_spoken():
    keeper = Speaker()
    waiting = [asyncio.create_task(keeper.speak("一二三四五。" * n, CHERRY)) for n in range(40, 50)]
    await asyncio.sleep(0)
    await keeper.aclose()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
