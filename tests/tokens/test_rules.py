import dataclasses
import logging

import pytest

from omni_stream import catalog, tokens
from omni_stream.errors import UsageError

FLASH = [
    "qwen3-omni-flash",
    "qwen3-omni-flash-2025-12-01",
    "qwen3-omni-flash-2025-09-15",
    "qwen3-omni-flash-0915",
]
TURBO = [
    "qwen-omni-turbo", "qwen-omni-turbo-latest", "qwen-omni-turbo-2025-03-26", "qwen-omni-turbo-2025-01-19",
    "qwen-omni-turbo-0326", "qwen-omni-turbo-0119",
]  # fmt: skip


def counts(model):
    return (
        tokens.image(512, 512, model=model),
        tokens.audio(10, model=model),
        tokens.video(480, 640, frames=3750, fps=25, model=model),
    )


@pytest.mark.parametrize("model", FLASH)
def test_a_flash_model_or_its_alias_counts_by_flash_rules_in_silence(model, caplog):
    caplog.set_level(logging.INFO)
    assert tokens.find_rules(model).image.unit_pixels == 32
    assert counts(model) == (256, 125, 14_978)
    assert not caplog.records


@pytest.mark.parametrize("model", TURBO)
def test_a_turbo_model_or_its_alias_counts_by_turbo_rules_in_silence(model, caplog):
    caplog.set_level(logging.INFO)
    assert tokens.find_rules(model).image.unit_pixels == 28
    assert counts(model) == (324, 250, 15_642)
    assert not caplog.records


def test_the_open_model_has_no_rules_and_is_counted_as_its_generation(caplog):
    caplog.set_level(logging.INFO)
    assert tokens.find_rules("qwen2.5-omni-7b") is None
    assert counts("qwen2.5-omni-7b") == counts("qwen-omni-turbo")
    assert [record.getMessage() for record in caplog.records] == 3 * [
        "no source gives token rules for model 'qwen2.5-omni-7b'; those of qwen-omni-turbo are used"
    ]


@pytest.mark.parametrize("model", ["qwen9-omni", "qwen3.5-omni-flash", "QWEN-OMNI-TURBO", "a\nb"])
def test_a_model_without_rules_is_counted_by_the_newest_and_it_is_said(model, caplog):
    caplog.set_level(logging.INFO)
    assert tokens.find_rules(model) is None
    assert counts(model) == counts("qwen3-omni-flash")
    assert {(record.levelname, record.name) for record in caplog.records} == {("INFO", "omni_stream.tokens")}
    assert f"for model {model!r}; those of qwen3-omni-flash are used" in caplog.text


@pytest.mark.parametrize("model", FLASH + TURBO)
def test_every_model_with_rules_is_in_the_catalog(model):
    assert catalog.find_model(model)


@pytest.mark.parametrize(
    ("model", "shown"), [("", "an empty text"), (None, "a NoneType"), (b"qwen", "a bytes"), (7, "7")]
)
def test_what_is_no_name_is_refused(model, shown):
    with pytest.raises(
        UsageError, match=f"model is the name of a model, and {shown} is none; give one such as"
    ):
        tokens.audio(1, model=model)


def test_rules_are_a_value():
    rules = tokens.find_rules("qwen-omni-turbo")
    assert (rules.model, rules.video.most_frames) == ("qwen-omni-turbo", 80)
    assert hash(rules) == hash(dataclasses.replace(rules))
    with pytest.raises(dataclasses.FrozenInstanceError):
        rules.audio_tokens_per_second = 32
