from omni_stream import catalog
from omni_stream.emulator.speech import espeak_folder
from omni_stream.emulator.voices import espeak_voice

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
