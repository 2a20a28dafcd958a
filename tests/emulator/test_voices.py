import asyncio
import hashlib

import numpy as np
import pytest

from omni_stream import catalog
from omni_stream.emulator.answers import Prompt, answer
from omni_stream.emulator.speech import espeak_folder, synthesise
from omni_stream.emulator.voices import _VOICES, espeak_voice

NAMES = sorted({voice for model in catalog.models() for voice in model.voices} | {"Tina", "Nobody"})


def test_no_two_voices_share_their_parameters():
    assert len({espeak_voice(name) for name in NAMES}) == len(NAMES)


def test_espeak_has_every_variant_and_language():
    folder = espeak_folder() / "espeak-ng-data"
    variants = {path.name for path in (folder / "voices" / "!v").iterdir()}
    languages = {path.name for path in (folder / "lang").rglob("*") if path.is_file()}
    for name in NAMES:
        voice = espeak_voice(name)
        assert voice.variant in variants
        assert {voice.chinese, voice.english} - {"en"} <= {language.lower() for language in languages}


def test_parameters_are_in_espeaks_ranges():
    for name in NAMES:
        voice = espeak_voice(name)
        assert 0 <= voice.pitch <= 100
        assert 0 <= voice.range <= 100
        assert 140 <= voice.rate <= 210


def test_a_name_not_known_keeps_its_voice():
    assert espeak_voice("Tina") == espeak_voice("Tina")


@pytest.mark.parametrize("prompt", ["我", "I"])
async def test_every_voice_speaks_long_enough_cleanly_and_like_no_other(prompt):
    names = sorted({voice for model in catalog.models() for voice in model.voices if voice in _VOICES})
    shortest = min((answer(Prompt(prompt), seed=seed, max_tokens=2048).text for seed in range(200)), key=len)
    two_at_once = asyncio.Semaphore(2)

    async def spoken(name):
        async with two_at_once:
            return await synthesise(shortest, espeak_voice(name))

    speeches = await asyncio.gather(*map(spoken, names))
    assert len(names) == len({hashlib.sha256(speech.pcm).digest() for speech in speeches}) == 49
    for name, speech in zip(names, speeches, strict=True):
        samples = np.frombuffer(speech.pcm, "<i2").astype(float)
        assert speech.seconds >= 8, name
        assert 6_000 < np.abs(samples).max() < 32_000, name
        assert -33 < 20 * np.log10(np.sqrt(np.mean(samples**2)) / 32_768) < -18, name
        assert max(abs(samples[0]), abs(samples[-1])) < 600, name  # it begins and ends without a click
