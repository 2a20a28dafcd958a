import errno
import fcntl
import os
import threading
import time

import pytest

from omni_stream.errors import UsageError
from omni_stream.sinks.part_file import PartFile

HEAD = b"head"


def made(path, *, overwrite=False, folder=None):
    file = PartFile(path, folder=folder, overwrite=overwrite)
    file.open(HEAD)
    return file


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["with O_TMPFILE", "without"])
def either_way(request, monkeypatch):
    """A file system that makes unnamed files, and one that answers as those do that cannot."""
    if request.param == "without":
        opened = os.open

        def open_by_name(path, flags, *rest, **options):
            if flags & os.O_TMPFILE == os.O_TMPFILE:
                raise OSError(errno.EOPNOTSUPP, "no unnamed files here")
            return opened(path, flags, *rest, **options)

        monkeypatch.setattr(os, "open", open_by_name)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("story.wav", "story.part.wav"),
        ("story", "story.part"),
        ("a.b.wav", "a.b.part.wav"),
        (".wav", ".wav.part"),
    ],
)
@pytest.mark.usefixtures("either_way")
def test_a_file_has_its_temporary_name_until_it_is_complete(tmp_path, name, part):
    file = made(tmp_path / name)
    assert file.path == tmp_path / part
    assert names(tmp_path) == [part]
    assert file.path.read_bytes() == HEAD
    file.complete()
    assert file.path == tmp_path / name
    assert names(tmp_path) == [name]
    file.close()


@pytest.mark.usefixtures("either_way")
def test_the_permissions_are_those_of_any_new_file(tmp_path):
    before = os.umask(0o027)
    try:
        file = made(tmp_path / "a.wav")
    finally:
        os.umask(before)
    assert file.path.stat().st_mode & 0o777 == 0o640
    file.close()


@pytest.mark.usefixtures("either_way")
def test_a_removed_file_leaves_nothing(tmp_path):
    file = made(tmp_path / "a.wav")
    file.remove()
    assert file.path is None
    assert names(tmp_path) == []


@pytest.mark.usefixtures("either_way")
def test_a_file_in_use_is_refused_and_what_a_killed_run_left_is_replaced(tmp_path):
    first = made(tmp_path / "a.wav")
    with pytest.raises(BlockingIOError, match=r"another sink is writing .*a.part.wav; wait until it is done"):
        made(tmp_path / "a.wav")
    os.pwrite(first.fd, b"of the first", 0)
    first.close()  # as a kill does
    second = made(tmp_path / "a.wav")
    assert second.path.read_bytes() == HEAD
    second.complete()
    assert names(tmp_path) == ["a.wav"]


def test_what_was_left_is_removed_and_not_emptied_for_it_may_be_the_finished_file(tmp_path):
    (tmp_path / "a.part.wav").write_bytes(b"whole")
    os.link(tmp_path / "a.part.wav", tmp_path / "a.wav")  # killed between the link and the unlink
    with pytest.raises(UsageError, match="exists and is not overwritten"):
        made(tmp_path / "a.wav")
    file = made(tmp_path / "a.wav", overwrite=True)
    assert (tmp_path / "a.wav").read_bytes() == b"whole"
    file.complete()
    assert (tmp_path / "a.wav").read_bytes() == HEAD


def test_an_existing_file_is_refused_before_anything_is_made(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"a.wav' exists and is not overwritten; .* say overwrite=True"):
        made(tmp_path / "a.wav")
    assert names(tmp_path) == ["a.wav"]
    assert (tmp_path / "a.wav").read_bytes() == b"mine"


def test_an_existing_file_stays_until_the_new_one_is_complete(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"mine")
    file = made(tmp_path / "a.wav", overwrite=True)
    assert (tmp_path / "a.wav").read_bytes() == b"mine"
    file.complete()
    assert (tmp_path / "a.wav").read_bytes() == HEAD


def test_a_file_that_another_made_meanwhile_is_not_replaced(tmp_path):
    file = made(tmp_path / "a.wav")
    (tmp_path / "a.wav").write_bytes(b"theirs")
    with pytest.raises(FileExistsError, match="was made by another meanwhile"):
        file.complete()
    file.close()
    assert file.path == tmp_path / "a.part.wav"
    assert file.path.read_bytes() == HEAD
    assert (tmp_path / "a.wav").read_bytes() == b"theirs"


def test_a_temporary_file_that_was_taken_away_gets_no_name(tmp_path):
    file = made(tmp_path / "a.wav")
    (tmp_path / "a.part.wav").unlink()
    (tmp_path / "a.part.wav").write_bytes(b"another")
    with pytest.raises(OSError, match="was moved or removed while it was written"):
        file.complete()
    file.close()
    assert names(tmp_path) == ["a.part.wav"]


def test_links_are_refused_and_what_they_lead_to_is_untouched(tmp_path):
    (tmp_path / "target").write_bytes(b"secret")
    (tmp_path / "a.wav").symlink_to("target")
    (tmp_path / "b.part.wav").symlink_to("target")
    (tmp_path / "c.wav").symlink_to("nowhere")
    for name in ("a.wav", "b.wav", "c.wav"):
        with pytest.raises(UsageError, match="is a symbolic link, and a sink follows none"):
            made(tmp_path / name, overwrite=True)
    assert (tmp_path / "target").read_bytes() == b"secret"
    assert not (tmp_path / "nowhere").exists()


def test_what_is_no_plain_file_is_refused(tmp_path):
    (tmp_path / "folder.wav").mkdir()
    os.mkfifo(tmp_path / "pipe.wav")
    os.mkfifo(tmp_path / "b.part.wav")
    for name, reason in (
        ("folder.wav", "is a folder; name a file inside of it"),
        ("pipe.wav", "is a pipe or a device, which no file can replace; open it and give the file object"),
        ("b.wav", "is no file and in the way"),
    ):
        with pytest.raises(UsageError, match=reason):
            made(tmp_path / name, overwrite=True)


@pytest.mark.parametrize("name", ["a.part.wav", "a.part"])
def test_a_name_of_the_temporary_form_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match=r"leave out the \.part"):
        PartFile(tmp_path / name, folder=None, overwrite=False)


def test_a_missing_folder_is_an_error_of_the_file_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        made(tmp_path / "missing" / "a.wav")


def test_a_file_that_is_finished_just_before_its_name_is_free_is_not_missed(tmp_path):
    class Late(PartFile):
        def _take_name(self, folder, head):
            made(tmp_path / "a.wav").complete()
            super()._take_name(folder, head)

    late = Late(tmp_path / "a.wav", folder=None, overwrite=False)
    with pytest.raises(UsageError, match="exists and is not overwritten"):
        late.open(b"late")
    assert names(tmp_path) == ["a.wav"]
    assert (tmp_path / "a.wav").read_bytes() == HEAD


def test_a_leftover_that_another_replaces_just_before_it_is_locked_is_left_to_that_one(tmp_path):
    others = []

    class Late(PartFile):
        def _lock(self, fd):
            if not others and (tmp_path / "a.part.wav").read_bytes() == b"left":
                others.append(made(tmp_path / "a.wav"))
            super()._lock(fd)

    (tmp_path / "a.part.wav").write_bytes(b"left")
    late = Late(tmp_path / "a.wav", folder=None, overwrite=False)
    late._make = lambda *_: False  # its name is taken
    with pytest.raises(BlockingIOError, match="another sink is writing"):
        late.open(b"late")
    others[0].complete()
    assert (tmp_path / "a.wav").read_bytes() == HEAD


@pytest.mark.usefixtures("either_way")
def test_of_many_that_race_for_one_name_one_at_a_time_has_it_and_one_gets_it(tmp_path):
    outcomes = []
    holders, together = [], []
    start = threading.Barrier(8)

    def race(number):
        rounds = 20  # to leave the file as it is, as a kill does; then to complete it
        start.wait()
        while True:
            file = PartFile(tmp_path / "a.wav", folder=None, overwrite=False)
            try:
                file.open(HEAD)
            except BlockingIOError:
                time.sleep(0.0001)
                continue
            except UsageError:
                outcomes.append("exists")
                return
            holders.append(number)
            together.append(len(holders))
            os.pwrite(file.fd, b"%d" % number, 0)
            holders.remove(number)
            if rounds := rounds - 1:
                file.close()
            else:
                file.complete()
                outcomes.append(number)
                return

    threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [outcome for outcome in outcomes if outcome != "exists"]
    assert len(winners) == 1
    assert set(together) == {1}
    assert (tmp_path / "a.wav").read_bytes() == b"%dead" % winners[0]


def test_an_unlocked_file_is_not_held_by_a_fork(tmp_path):
    file = made(tmp_path / "a.wav")
    held = os.dup(file.fd)  # shares the lock, as a fork's child does
    file.close()
    made(tmp_path / "a.wav").close()
    os.close(held)


def test_a_dropped_file_is_closed_and_unlocked(tmp_path):
    file = made(tmp_path / "a.wav")
    path = file.path
    del file
    with path.open() as left:
        fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
