import errno
import os

import pytest

from omni_stream.sinks import rename
from omni_stream.sinks.rename import rename_new


def refuse(*_, **__):
    raise OSError(errno.EPERM, "not here")


@pytest.fixture(params=["renameat2", "a link", "a look"])
def way(request, monkeypatch):
    """What the file system can do; the rest is refused as it would be."""
    if request.param != "renameat2":
        monkeypatch.setattr(rename, "_renameat2", None)
    if request.param == "a look":
        monkeypatch.setattr(os, "link", refuse)
    elif request.param == "renameat2":
        monkeypatch.setattr(os, "link", None)
        monkeypatch.setattr(os, "rename", None)


@pytest.fixture
def folder(tmp_path):
    fd = os.open(tmp_path, os.O_RDONLY)
    yield fd
    os.close(fd)


@pytest.mark.usefixtures("way")
def test_a_file_gets_its_new_name_and_loses_the_old_one(tmp_path, folder):
    (tmp_path / "old é").write_bytes(b"mine")
    rename_new("old é", "new é", dir_fd=folder)
    assert [path.name for path in tmp_path.iterdir()] == ["new é"]
    assert (tmp_path / "new é").read_bytes() == b"mine"


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_has_the_name_keeps_it(tmp_path, folder, kind):
    (tmp_path / "old").write_bytes(b"mine")
    new = tmp_path / "new"
    {"file": new.touch, "folder": new.mkdir, "link": lambda: new.symlink_to("nowhere")}[kind]()
    with pytest.raises(FileExistsError):
        rename_new("old", "new", dir_fd=folder)
    assert (tmp_path / "old").read_bytes() == b"mine"
    assert not new.is_file() or not new.read_bytes()


@pytest.mark.usefixtures("way")
def test_a_missing_file_is_an_error(folder):
    with pytest.raises(FileNotFoundError):
        rename_new("old", "new", dir_fd=folder)
