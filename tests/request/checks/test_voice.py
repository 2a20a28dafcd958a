import pytest

from omni_stream.catalog import find_model, models
from omni_stream.errors import UsageError
from omni_stream.request.checks.voice import check_voice
from omni_stream.request.checks.warned import warn_once

DISPUTED = find_model("qwen3-omni-flash")


@pytest.fixture(autouse=True)
def _nothing_was_warned_of():
    warn_once.cache_clear()


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_every_voice_of_a_model_is_taken(model, caplog):
    for voice in model.voices:
        check_voice(voice, model)
    check_voice(model.default_voice, model)
    assert not caplog.records


def test_a_disputed_voice_is_warned_of_once(caplog):
    for _ in range(3):
        check_voice("Momo", DISPUTED)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "'Momo' may be refused" in record.getMessage()
    assert "49 voices, and lists 17" in record.getMessage()


@pytest.mark.parametrize(
    ("voice", "model", "rule"),
    [
        ("cherry", "qwen3-omni-flash", r"no voice 'cherry' among its 17 \(is 'Cherry' meant\?\)"),
        ("Chery", "qwen-omni-turbo", r"\(is 'Cherry' meant\?\)"),
        ("Nobody", "qwen2.5-omni-7b", "among its 2; choose one of catalog.voices_of, or none for 'Ethan'"),
        ("Momo", "qwen-omni-turbo", "no voice 'Momo' among its 4"),
        ("Cherry", "gpt-audio", "send it all the same with check=False"),
        (
            "Cherry",
            "qwen3.5-omni-plus",
            "known to refuse the voice 'Cherry'; choose another, or none for 'Tina'",
        ),
        ("x" * 1000, "qwen-omni-turbo", "…"),
    ],
)
def test_a_voice_that_a_model_has_not_is_refused(voice, model, rule):
    with pytest.raises(UsageError, match=rule):
        check_voice(voice, find_model(model))


@pytest.mark.parametrize("voice", ["Nobody", None, {"id": "voice_of_my_own"}])
def test_where_no_list_is_known_any_voice_is_taken(voice):
    check_voice(voice, find_model("qwen3.5-omni-flash"))


def test_more_than_a_name_is_the_services_to_judge():
    check_voice({"id": "voice_of_my_own"}, find_model("gpt-audio"))
