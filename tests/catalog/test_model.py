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
        assert model.default_voice not in model.rejected_voices
        regions = [offer.region for offer in model.offers]
        assert len(set(regions)) == len(regions)
        assert set(regions) <= set(catalog.find_provider(model.provider).regions)
        assert {model.snapshot_of, model.same_as} - {None} <= set(names)
        assert model.release in {"stable", "latest", "snapshot", None}
        assert model.thinking_tokens is None or model.thinks
        for limits in (model.tokens, model.thinking_tokens):
            assert limits is None or limits.input + limits.reasoning + limits.output <= limits.context
        if model.voices:
            assert model.default_voice in model.voices


def test_a_model_is_a_value():
    model = catalog.models()[0]
    assert hash(model) == hash(dataclasses.replace(model))
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.name = "other"


THINKING = (65_536, 16_384, 32_768, 16_384)
FLASH = (65_536, 49_152, 0, 16_384)
TURBO = (32_768, 30_720, 0, 2_048)
BOTH = [("beijing", 1_000_000, 90), ("singapore", 0, None)]


@pytest.mark.parametrize(
    ("name", "release", "snapshot_of", "same_as", "open_weights", "plain", "thinking", "offers"),
    [
        ("qwen3-omni-flash", "stable", None, "qwen3-omni-flash-2025-12-01", False, FLASH, THINKING, BOTH),
        ("qwen3-omni-flash-2025-12-01", "snapshot", "qwen3-omni-flash", None, False, FLASH, THINKING, BOTH),
        ("qwen3-omni-flash-2025-09-15", "snapshot", "qwen3-omni-flash", None, False, FLASH, THINKING, BOTH),
        ("qwen-omni-turbo", "stable", None, "qwen-omni-turbo-2025-03-26", False, TURBO, None, BOTH),
        ("qwen-omni-turbo-latest", "latest", None, None, False, TURBO, None, BOTH),
        ("qwen-omni-turbo-2025-03-26", "snapshot", "qwen-omni-turbo", None, False, TURBO, None, BOTH),
        ("qwen-omni-turbo-2025-01-19", "snapshot", "qwen-omni-turbo", None, False, TURBO, None, BOTH[:1]),
        ("qwen2.5-omni-7b", None, None, None, True, TURBO, None, BOTH),
    ],
)
def test_a_row_is_that_of_the_guides_model_tables(
    *, name, release, snapshot_of, same_as, open_weights, plain, thinking, offers
):
    model = catalog.find_model(name)
    assert (model.release, model.snapshot_of, model.same_as) == (release, snapshot_of, same_as)
    assert model.open_weights is open_weights
    assert dataclasses.astuple(model.tokens) == plain
    assert (model.thinking_tokens and dataclasses.astuple(model.thinking_tokens)) == thinking
    assert [(offer.region, offer.free_tokens, offer.free_days) for offer in model.offers] == offers


def test_batch_jobs_are_half_price_for_turbo_in_beijing_alone():
    reduced = {
        (model.name, offer.region): offer.batch_price_factor
        for model in catalog.models()
        for offer in model.offers
        if offer.batch_price_factor is not None
    }
    assert reduced == {("qwen-omni-turbo", "beijing"): 0.5}


def test_the_alias_says_that_the_guide_disagrees_with_itself_about_its_voices():
    stable = catalog.find_model("qwen3-omni-flash")
    newest = catalog.find_model(stable.same_as)
    assert {*stable.voices, *stable.disputed_voices} == set(newest.voices)
    assert len(stable.disputed_voices) == 49 - 17
    assert not set(stable.voices) & set(stable.disputed_voices)
    assert "49" in stable.dispute
    assert "17" in stable.dispute
    assert [model.name for model in catalog.models() if model.disputed_voices] == ["qwen3-omni-flash"]


@pytest.mark.parametrize(
    ("name", "speaks_while_thinking", "takes_system"),
    [
        ("qwen3-omni-flash-2025-12-01", False, True),
        ("qwen-omni-turbo-latest", None, False),
        ("qwen2.5-omni-7b", None, None),
    ],
)
def test_a_mode_says_what_it_rules_out(name, speaks_while_thinking, takes_system):
    model = catalog.find_model(name)
    assert model.speaks_while_thinking is speaks_while_thinking
    assert model.takes_system_when_speaking is takes_system


def test_turbo_gets_no_more_updates():
    superseded = [model.name for model in catalog.models() if model.gets_updates is False]
    assert superseded == [
        "qwen-omni-turbo",
        "qwen-omni-turbo-latest",
        "qwen-omni-turbo-2025-03-26",
        "qwen-omni-turbo-2025-01-19",
    ]


@pytest.mark.parametrize("name", ["qwen3-omni-flash", "qwen-omni-turbo", "qwen2.5-omni-7b"])
def test_what_is_asked_for_gives_the_style(name):
    written, spoken = catalog.find_model(name).reply_styles
    assert written.modalities == ("text",)
    assert "formal" in written.style
    assert spoken.modalities == ("text", "audio")
    assert "filler" in spoken.style


def test_languages_are_those_of_the_voice_tables():
    ten = ("zh", "en", "fr", "de", "ru", "it", "es", "pt", "ja", "ko")
    assert catalog.find_model("qwen3-omni-flash").languages == ten
    assert catalog.find_model("qwen3-omni-flash-2025-12-01").languages == ten
    assert catalog.find_model("qwen-omni-turbo").languages == ("zh", "en")
    assert catalog.find_model("qwen2.5-omni-7b").languages == ("zh", "en")


@pytest.mark.parametrize("name", ["qwen3.5-omni-plus", "qwen3.5-omni-flash"])
def test_a_model_newer_than_the_guide_says_what_is_known_and_no_more(name):
    model = catalog.find_model(name)
    assert model.rejected_voices == ("Cherry", "Chelsie", "Vivian", "Moon", "Pip")
    assert model.searches
    assert model.voices == model.languages == model.offers == model.reply_styles == ()
    assert model.tokens is model.thinking_tokens is model.token_rules is model.open_weights is None


def test_a_row_needs_only_what_every_model_has():
    silent = catalog.find_model("qwen3.8-omni-flash")
    assert silent == catalog.Model(
        name="qwen3.8-omni-flash",
        aliases=(),
        provider="dashscope",
        voices=(),
        default_voice=None,
        speaks=False,
        thinks=False,
        audio_tokens_per_second=None,
        note=silent.note,
    )


def test_the_formats_of_a_streamed_answer_are_those_that_the_sources_name():
    formats = {model.name: model.audio_formats for model in catalog.models()}
    assert {formats[name] for name in formats if name.startswith(("qwen3-omni", "qwen-", "qwen2"))} == {
        ("wav",)
    }
    assert {formats[name] for name in formats if name.startswith("gpt-audio")} == {("pcm16",)}
    assert {formats[name] for name in formats if name.startswith(("qwen3.5", "qwen3.8"))} == {()}
