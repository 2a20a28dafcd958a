import json

import pytest
from media_files import picture, sound, video

from omni_stream import tokens

FLASH = "qwen3-omni-flash"
HEADS = ["File", "Kind", "Type", "Bytes", "Pixels", "Seconds", "A second", "Pictures", "Sound", "Tokens"]


@pytest.fixture
def files(tmp_path):
    contents = {
        "a.png": picture("PNG", width=512, height=512),
        "a.wav": sound("wav", seconds=60),
        "a.mp4": video("mp4", width=96, height=96, frames=100),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: len(content) for name, content in contents.items()}


async def test_each_file_is_a_line_and_the_last_line_is_all_of_them(cli, files):
    ended = await cli("tokens", *files)
    assert (ended.code, ended.err) == (0, "")
    heads, *rows = [line.split("\t") for line in ended.text.splitlines()]
    assert heads == HEADS
    bytes_of = {name: f"{size:,}" for name, size in files.items()}
    assert rows == [
        ["a.png", "image", "image/png", bytes_of["a.png"], "512 x 512", "", "", "256", "", "256"],
        ["a.wav", "audio", "audio/wav", bytes_of["a.wav"], "", "60.000", "", "", "750", "750"],
        ["a.mp4", "video", "video/mp4", bytes_of["a.mp4"], "96 x 96", "4.000", "25", "578", "50", "628"],
        ["All", "", "", "", "", "", "", "834", "800", "1,634"],
    ]


@pytest.mark.usefixtures("files")
async def test_one_file_has_no_last_line(cli):
    ended = await cli("tokens", "a.png", "--as-coded")
    assert (ended.code, ended.err) == (0, "")
    assert [line.split("\t")[-1] for line in ended.text.splitlines()] == ["Tokens", "258"]


async def test_a_model_counts_by_its_own_rules(cli, files):
    for model in ("qwen-omni-turbo", FLASH):
        ended = await cli("tokens", *files, "--model", model, "--json")
        assert (ended.code, ended.err) == (0, "")
        rows = {row["file"]: row for row in map(json.loads, ended.text.splitlines())}
        assert rows["a.png"]["total"] == tokens.image(512, 512, model=model)
        assert rows["a.wav"]["tokens"] == {"pictures": 0, "sound": tokens.audio(60, model=model)}
        assert rows["a.mp4"]["facts"] == {
            "kind": "video",
            "media_type": "video/mp4",
            "format": "MP4",
            "bytes": files["a.mp4"],
            "width": 96,
            "height": 96,
            "seconds": 4.0,
            "frames": 100,
            "fps": 25.0,
            "has_sound": True,
        }


@pytest.mark.usefixtures("files")
async def test_a_model_without_rules_is_counted_and_that_is_said(cli):
    ended = await cli("tokens", "a.png", "--model", "qwen9-omni")
    assert ended.code == 0
    assert ended.text.splitlines()[-1].split("\t")[-1] == "256"
    assert ended.err == "no source gives token rules for qwen9-omni; those of a model near it are used\n"


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.png"], "file 'nowhere.png' cannot be read: No such file or directory"),
        (["a.png", "letter.txt"], "file 'letter.txt' is no picture, sound or video of a known format; give"),
        (["a.png", "small.png"], "small.png: height is a whole number from 11 to 2147483647, and 4 is not"),
        (["a.png", "--model", ""], "a.png: model is the name of a model, and an empty text is none"),
        (["https://example.com/a.png"], "is not looked at, so that its kind is not known"),
    ],
)
async def test_what_cannot_be_counted_is_told_in_a_sentence(cli, tmp_path, arguments, said):
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam")
    (tmp_path / "small.png").write_bytes(picture("PNG", width=4, height=4))
    ended = await cli("tokens", *arguments)
    assert (ended.code, ended.out) == (2, b"")
    assert said in ended.sentence
    assert len(ended.err.splitlines()) == 1


async def test_no_file_at_all_is_a_usage_error(cli):
    ended = await cli("tokens")
    assert (ended.code, ended.out) == (2, b"")
    assert "FILE" in ended.err
