import os
from pathlib import Path

import pytest
from sinks.contract import open_files

from omni_stream.errors import UsageError
from omni_stream.sinks.folder import Folder, open_parent, path_below


@pytest.mark.parametrize(
    ("target", "whole"),
    [("a.wav", "out/a.wav"), ("deep/er/a.wav", "out/deep/er/a.wav"), ("./a.wav", "out/a.wav")],
)
def test_a_path_is_below_its_folder(target, whole):
    assert path_below(Path(target), Path("out")) == Path(whole)


def test_a_whole_path_inside_of_the_folder_is_taken_too():
    assert path_below(Path("/out/a.wav"), Path("/out")) == Path("/out/a.wav")


@pytest.mark.parametrize(
    "target", ["../a.wav", "b/../a.wav", "b/../../a.wav", "/elsewhere/a.wav", "/outside/a.wav"]
)
def test_a_path_that_leads_out_is_refused(target):
    with pytest.raises(UsageError, match="leads out of the folder '/out'; name a file inside of it"):
        path_below(Path(target), Path("/out"))


def test_without_a_folder_any_path_is_its_callers_to_answer_for():
    assert path_below(Path("../a.wav"), None) == Path("../a.wav")


@pytest.mark.parametrize("target", ["", ".", "/", "..", "b/.."])
def test_a_path_without_a_name_is_refused(target):
    with pytest.raises(UsageError, match="names no file"):
        path_below(Path(target), None)


def test_a_nul_is_refused():
    with pytest.raises(UsageError, match="no NUL"):
        path_below(Path("a\0.wav"), None)


def opened(path, folder):
    with open_parent(path, folder) as parent:
        return os.path.samestat(os.fstat(parent.fd), path.parent.stat())


def test_the_parent_is_opened_at_any_depth(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    assert opened(tmp_path / "a.wav", tmp_path)
    assert opened(tmp_path / "b" / "c" / "a.wav", tmp_path)
    assert opened(tmp_path / "b" / "c" / "a.wav", None)


def test_no_link_below_the_folder_is_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "b").mkdir(parents=True)
    (tmp_path / "out" / "in").symlink_to("b")
    (tmp_path / "out" / "away").symlink_to("../elsewhere")
    (tmp_path / "way").symlink_to("out")
    before = open_files()
    for name in ("in", "away"):
        with pytest.raises(UsageError, match=f"'{name}' in .* is a symbolic link"):
            open_parent(tmp_path / "out" / name / "a.wav", tmp_path / "out")
    assert opened(tmp_path / "out" / "in" / "a.wav", None)
    assert opened(tmp_path / "way" / "b" / "a.wav", tmp_path / "way")  # the folder's owner answers for it
    assert open_files() == before


def test_a_link_put_there_after_the_look_is_not_followed_either(tmp_path):
    (tmp_path / "b").symlink_to("/")
    with Folder(tmp_path) as folder, pytest.raises(NotADirectoryError):
        Folder("b", within=folder)
