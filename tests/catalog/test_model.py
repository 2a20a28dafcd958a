import dataclasses

import pytest

from omni_stream import catalog


def test_the_flash_models_have_the_voices_of_the_guides_voice_table():
    newest = catalog.find_model("qwen3-omni-flash-2025-12-01")
    stable = catalog.find_model("qwen3-omni-flash")
    september = catalog.find_model("qwen3-omni-flash-2025-09-15")
    assert len(newest.voices) == 49
    assert len(stable.voices) == 17
    assert stable.voices == september.voices
    assert set(stable.voices) < set(newest.voices)
    assert {"Eldric Sage", "Ono Anna", "Radio Gol"} < set(newest.voices)


@pytest.mark.parametrize(
    "name",
    ["qwen-omni-turbo", "qwen-omni-turbo-latest", "qwen-omni-turbo-2025-03-26", "qwen-omni-turbo-2025-01-19"],
)
def test_turbo_speaks_with_four_voices_and_does_not_think(name):
    model = catalog.find_model(name)
    assert model.voices == ("Cherry", "Serena", "Ethan", "Chelsie")
    assert model.speaks
    assert not model.thinks
    assert model.audio_tokens_per_second == 25


def test_the_open_model_has_two_voices_and_does_not_default_to_one_it_lacks():
    model = catalog.find_model("qwen2.5-omni-7b")
    assert model.voices == ("Ethan", "Chelsie")
    assert model.default_voice == "Ethan"


def test_a_newer_model_is_not_asked_for_a_voice_that_it_refuses():
    assert catalog.find_model("qwen3.5-omni-flash").default_voice == "Tina"
    assert not catalog.find_model("qwen3.8-omni-flash").speaks


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("qwen3-omni-flash-0915", "qwen3-omni-flash-2025-09-15"),
        ("qwen-omni-turbo-0326", "qwen-omni-turbo-2025-03-26"),
        ("qwen-omni-turbo-0119", "qwen-omni-turbo-2025-01-19"),
    ],
)
def test_an_alias_finds_its_model(alias, name):
    assert catalog.find_model(alias) is catalog.find_model(name)


@pytest.mark.parametrize("name", ["", "qwen4-omni", "QWEN3-OMNI-FLASH", "qwen3-omni-flash "])
def test_an_unknown_name_is_none(name):
    assert catalog.find_model(name) is None


def test_every_row_is_whole():
    names = [name for model in catalog.models() for name in (model.name, *model.aliases)]
    assert len(names) == len(set(names))
    for model in catalog.models():
        assert catalog.find_provider(model.provider)
        assert len(set(model.voices)) == len(model.voices)
        assert isinstance(model.speaks, bool)
        assert isinstance(model.thinks, bool)
        assert bool(model.default_voice) is model.speaks
        if model.voices:
            assert model.default_voice in model.voices


def test_a_model_is_a_value():
    model = catalog.models()[0]
    assert hash(model) == hash(dataclasses.replace(model))
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.name = "other"
