import dataclasses
import json

import pytest

from omni_stream import catalog

UNLISTED = (
    "no source lists the voices of qwen3.5-omni-plus; it speaks as Tina by default"
    " and refuses Cherry, Chelsie, Vivian, Moon, Pip\n"
)


async def test_a_pipe_gets_a_line_a_voice_with_tabs_and_no_control_code(cli):
    ended = await cli("voices")
    assert (ended.code, ended.err) == (0, "")
    assert "\x1b" not in ended.text
    heads, *rows = [line.split("\t") for line in ended.text.splitlines()]
    assert heads == ["Voice", "Chinese name", "Dialect", "Languages", "Description"]
    assert [row[0] for row in rows] == [voice.name for voice in catalog.voices()]
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name["Kiki"][:3] == ["粤语-阿清", "Cantonese", "zh en fr de ru it es pt ja ko"]
    assert by_name["alloy"] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("model", "count", "languages"),
    [
        ("qwen3-omni-flash-2025-12-01", 49, "zh en fr de ru it es pt ja ko"),
        ("qwen3-omni-flash-0915", 17, "zh en fr de ru it es pt ja ko"),
        ("qwen-omni-turbo", 4, "zh en"),
        ("qwen2.5-omni-7b", 2, "zh en"),
    ],
)
async def test_a_models_voices_speak_what_it_speaks(cli, model, count, languages):
    ended = await cli("voices", "--model", model)
    assert (ended.code, ended.err) == (0, "")
    rows = [line.split("\t") for line in ended.text.splitlines()[1:]]
    assert len(rows) == count
    assert {row[3] for row in rows} == {languages}


async def test_where_the_guide_contradicts_itself_a_sentence_says_so(cli):
    ended = await cli("voices", "--model", "qwen3-omni-flash")
    assert ended.code == 0
    assert len(ended.text.splitlines()) == 1 + 17
    assert "which has 49 voices, and lists 17" in ended.err


@pytest.mark.parametrize("language", ["sichuan", "Sichuanese", "四川话"])
async def test_a_dialect_is_found_by_any_of_its_names(cli, language):
    ended = await cli("voices", "--language", language)
    assert [line.split("\t")[0] for line in ended.text.splitlines()[1:]] == ["Sunny", "Eric"]


async def test_a_language_leaves_out_the_models_that_do_not_speak_it(cli):
    assert len((await cli("voices", "--language", "French", "--json")).text.splitlines()) == 49
    ended = await cli("voices", "--model", "qwen-omni-turbo", "--language", "fr", "--json")
    assert (ended.code, ended.out) == (0, b"")
    assert ended.err == "none of these voices is known to speak that language\n"


async def test_json_has_a_line_a_voice_with_all_that_the_catalog_has(cli):
    rows = [json.loads(line) for line in (await cli("voices", "--json")).text.splitlines()]
    assert rows == [json.loads(json.dumps(dataclasses.asdict(voice))) for voice in catalog.voices()]
    turbo = await cli("voices", "--model", "qwen-omni-turbo", "--json")
    assert json.loads(turbo.text.splitlines()[0]) == {
        "name": "Cherry",
        "chinese_name": "芊悦",
        "description": catalog.find_voice("Cherry").description,
        "languages": ["zh", "en"],
        "dialect": None,
    }


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("qwen3.8-omni-flash", "qwen3.8-omni-flash answers in text alone\n"),
        ("qwen3.5-omni-plus", UNLISTED),
    ],
)
async def test_a_model_without_known_voices_says_why(cli, model, said):
    ended = await cli("voices", "--model", model, "--json")
    assert (ended.code, ended.out, ended.err) == (0, b"", said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--model", "qwen-omni-turbo-0325"],
            "no model 'qwen-omni-turbo-0325'; near it: qwen-omni-turbo-0326, ",
        ),
        (["--language", "cantonse"], "no language 'cantonse'; near it: cantonese; it has zh, en, fr, "),
    ],
)
async def test_a_name_not_known_is_one_sentence_with_those_near_it(cli, options, said):
    ended = await cli("voices", *options)
    assert (ended.code, ended.out) == (2, b"")
    assert f"the catalog has {said}" in ended.sentence
    assert len(ended.err.splitlines()) == 1
