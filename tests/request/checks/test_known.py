import pytest

from omni_stream.catalog import find_model, find_provider
from omni_stream.request import chat_request
from omni_stream.request.checks.known import row_to_check_by
from omni_stream.request.checks.warned import warn_once

DASHSCOPE, OPENAI, VLLM = map(find_provider, ("dashscope", "openai", "vllm-omni"))


@pytest.fixture(autouse=True)
def _nothing_was_warned_of():
    warn_once.cache_clear()


def test_a_model_is_checked_by_its_own_row(caplog):
    row = find_model("qwen-omni-turbo-0326")
    assert row_to_check_by("qwen-omni-turbo-0326", row, DASHSCOPE) is row
    assert not caplog.records


@pytest.mark.parametrize(
    ("name", "provider", "said"),
    [
        ("qwen9-omni", DASHSCOPE, "'qwen9-omni' is not in the catalog"),
        ("Qwen/Qwen2.5-Omni-7B", VLLM, "is not in the catalog"),
        ("gpt-audio", DASHSCOPE, "knows model 'gpt-audio' of openai and not of dashscope"),
    ],
)
def test_another_is_warned_of_once_and_never_refused(name, provider, said, caplog):
    for _ in range(3):
        request = chat_request("Hi", provider=provider, model=name, voice="Nobody", thinking=False)
        request.check({})
        assert request.row is None
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert said in record.getMessage()


def test_nobody_is_warned_who_asks_for_no_checks(caplog):
    chat_request("Hi", provider=OPENAI, model="gpt-of-tomorrow", check=False).check({})
    assert not caplog.records


def test_nobody_is_warned_of_a_default_model_that_he_did_not_choose(caplog):
    assert chat_request("Hi", provider=VLLM).row is None
    assert not caplog.records
