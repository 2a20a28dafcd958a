import dataclasses
import json

import pytest

from omni_stream import catalog
from omni_stream.cli.model_facts import facts_of

HEADS = ["Model", "Provider", "Speaks", "Voices", "Thinks", "Input", "Output"]


async def test_a_pipe_gets_a_line_a_model_with_tabs_and_no_control_code(cli):
    ended = await cli("models")
    assert (ended.code, ended.err) == (0, "")
    assert "\x1b" not in ended.text
    heads, *rows = [line.split("\t") for line in ended.text.splitlines()]
    assert heads == HEADS
    assert [row[0] for row in rows] == [model.name for model in catalog.models()]
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name["qwen3-omni-flash"] == ["dashscope", "yes", "17", "yes", "49,152", "16,384"]
    assert by_name["qwen3-omni-flash-2025-12-01"] == ["dashscope", "yes", "49", "yes", "49,152", "16,384"]
    assert by_name["qwen-omni-turbo"] == ["dashscope", "yes", "4", "no", "30,720", "2,048"]
    assert by_name["qwen3.5-omni-plus"] == ["dashscope", "yes", "?", "no", "?", "?"]
    assert by_name["qwen3.8-omni-flash"] == ["dashscope", "no", "-", "no", "?", "?"]


async def test_json_has_a_line_a_model_with_all_that_the_catalog_has(cli):
    ended = await cli("models", "--json")
    rows = [json.loads(line) for line in ended.text.splitlines()]
    assert rows == [json.loads(json.dumps(dataclasses.asdict(model))) for model in catalog.models()]
    flash = rows[0]
    assert flash["tokens"] == {"context": 65536, "input": 49152, "reasoning": 0, "output": 16384}
    assert flash["media"]["audio"]["bytes"]["at_most"] == 100_000_000
    assert flash["offers"][0]["free_tokens"] == 1_000_000


async def test_one_model_is_told_in_full_by_its_alias_too(cli):
    ended = await cli("models", "qwen3-omni-flash-0915")
    assert (ended.code, ended.err) == (0, "")
    told = dict(line.split("\t") for line in ended.text.splitlines())
    assert told["Model"] == "qwen3-omni-flash-2025-09-15"
    assert told["Also called"] == "qwen3-omni-flash-0915"
    assert told["Release"] == "snapshot of qwen3-omni-flash"
    assert told["Regions"] == "beijing (1,000,000 free tokens for 90 days); singapore (no free tokens)"
    assert told["Thinks"] == "yes, in text alone"
    assert told["Thinking"] == "context 65,536, input 16,384, reasoning 32,768, output 16,384"
    assert (
        told["Audio"]
        == "at most 1 a message, at most 100 MB, at most 1,200 s, AMR, WAV, 3GP, 3GPP, AAC, MP3 and others"
    )
    assert told["Video"].endswith("and others, picture and sound are billed apart")
    assert told["Errors"] == "https://help.aliyun.com/zh/model-studio/error-code"


async def test_one_model_as_json_is_one_line(cli):
    [line] = (await cli("models", "qwen-omni-turbo-0326", "--json")).text.splitlines()
    assert json.loads(line)["name"] == "qwen-omni-turbo-2025-03-26"


@pytest.mark.parametrize("options", [[], ["--json"]])
async def test_a_model_not_known_is_one_sentence_with_those_near_it(cli, options):
    ended = await cli("models", "Qwen3-omni-flsh", *options)
    assert (ended.code, ended.out) == (2, b"")
    assert "the catalog has no model 'Qwen3-omni-flsh'; near it: qwen3-omni-flash, " in ended.sentence
    assert ended.sentence.endswith("; `omni-stream models` lists all")
    assert len(ended.err.splitlines()) == 1


async def test_a_model_near_none_is_one_sentence_too(cli):
    ended = await cli("models", "x" * 10_000)
    assert ended.code == 2
    assert "near it" not in ended.sentence
    assert len(ended.sentence) < 200


@pytest.mark.parametrize("model", catalog.models(), ids=lambda model: model.name)
def test_no_fact_is_empty_or_a_python_word(model):
    for name, said in facts_of(model):
        assert said
        assert not name or name[0].isupper()
        assert not any(word in said.split() for word in ("None", "True", "False", "nan"))


def test_what_is_not_known_is_left_out():
    told = dict(facts_of(catalog.find_model("qwen3.8-omni-flash")))
    assert told["Voices"] == "none: it answers in text alone"
    assert not told.keys() & {
        "Release",
        "Weights",
        "Regions",
        "Tokens",
        "Thinking",
        "Images",
        "Audio",
        "Video",
    }


def test_what_a_model_is_not_able_to_do_is_told():
    turbo = dict(facts_of(catalog.find_model("qwen-omni-turbo")))
    assert turbo["Release"] == "stable, at present the same as qwen-omni-turbo-2025-03-26, no more updates"
    beijing, singapore = turbo["Regions"].split("; ")
    assert beijing == "beijing (1,000,000 free tokens for 90 days, batch jobs at 50% of the price)"
    assert singapore == "singapore (no free tokens)"
    assert turbo["System"] == "no system message when audio is asked for"
    assert turbo["Counting"] == "25 tokens for a second of audio"
    assert "Thinks" not in turbo
    newer = dict(facts_of(catalog.find_model("qwen3.5-omni-plus")))
    assert newer["Refuses"] == "Cherry, Chelsie, Vivian, Moon, Pip"
    assert newer["Voices"] == "Tina by default"
    assert newer["Images"] == "at most 2,048 by URL, at most 250 as base64, at most 20 MB"
    assert newer["Video"] == "at most 2,000 MB, at most 3,600 s"
