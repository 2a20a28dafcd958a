import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

import omni_stream as omni
from omni_stream.emulator import Recording, RecordingWriter, read_recording


@given(
    reads=st.lists(st.tuples(st.floats(0, 10), st.binary(max_size=40) | st.text(max_size=20).map(str.encode)))
)
def test_what_is_written_is_read(reads, tmp_path_factory):
    path = tmp_path_factory.mktemp("recording") / "reply"
    reads = [(round(seconds, 6), content) for seconds, content in sorted(reads)]
    with RecordingWriter(path) as writer:
        writer.begin(200, {"Content-Type": "text/event-stream"})
        for seconds, content in reads:
            writer.write(content, seconds)
        writer.end(11.5)
    assert read_recording(path) == Recording(
        status=200,
        headers={"content-type": "text/event-stream"},
        reads=tuple(reads),
        complete=True,
        end_seconds=11.5,
    )


def test_text_can_be_read_by_eye_and_half_a_character_is_kept(tmp_path):
    with RecordingWriter(tmp_path / "reply") as writer:
        writer.begin(200, {})
        writer.write("data: 你".encode(), 0.5)
        writer.write("好".encode()[:1], 0.75)
    header, text, half = (tmp_path / "reply").read_text("utf-8").splitlines()
    assert json.loads(header) == {"omni_stream_recording": 1, "status": 200, "headers": {}}
    assert text == '{"t": 0.5, "text": "data: 你"}'
    assert half == '{"t": 0.75, "b64": "5Q=="}'


def test_no_secret_is_kept(tmp_path):
    secret = {"Authorization": "Bearer sk-1", "Set-Cookie": "sk-2", "X-Api-Key": "sk-3", "X-Request-Id": "r"}
    with RecordingWriter(tmp_path / "reply") as writer:
        writer.begin(200, secret)
    assert "sk-" not in (tmp_path / "reply").read_text()
    assert read_recording(tmp_path / "reply").headers == {"x-request-id": "r"}


def test_without_an_end_it_is_not_complete(tmp_path):
    with RecordingWriter(tmp_path / "reply") as writer:
        writer.begin(200, {})
        writer.write(b"data: 1", 0.25)
    recording = read_recording(tmp_path / "reply")
    assert not recording.complete
    assert recording.end_seconds == 0.25


def test_a_recorder_that_was_killed_loses_its_last_line_at_most(tmp_path):
    path = tmp_path / "reply"
    with RecordingWriter(path) as writer:
        writer.begin(200, {})
        writer.write(b"one", 0.1)
        writer.write(b"two", 0.2)
    path.write_bytes(path.read_bytes()[:-4])
    assert read_recording(path).reads == ((0.1, b"one"),)


def test_a_file_is_not_overwritten_unless_told(tmp_path):
    path = tmp_path / "reply"
    path.write_text("precious")
    with pytest.raises(omni.UsageError, match="is there already"):
        RecordingWriter(path)
    assert path.read_text() == "precious"
    with RecordingWriter(path, overwrite=True) as writer:
        assert path.read_text() == "precious"
        writer.begin(200, {})
    assert read_recording(path).reads == ()


def test_another_attempt_starts_the_file_anew(tmp_path):
    path = tmp_path / "reply"
    with RecordingWriter(path) as writer:
        writer.begin(503, {"retry-after": "1"})
        writer.write(b"x" * 500, 0.1)
        writer.begin(200, {})
        writer.write(b"one", 0.2)
    assert read_recording(path) == Recording(200, {}, ((0.2, b"one"),), complete=False, end_seconds=0.2)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_reply_that_never_came_leaves_no_file(tmp_path, overwrite):
    writer = RecordingWriter(tmp_path / "reply", overwrite=overwrite)
    writer.close()
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(omni.SinkError, match="cannot be made"):
        RecordingWriter(tmp_path / "no" / "reply")


def test_a_full_disk_is_an_error():
    with (
        RecordingWriter("/dev/full", overwrite=True) as writer,
        pytest.raises(omni.SinkError, match="No space left"),
    ):
        writer.begin(200, {})


def test_a_pipe_is_written_as_it_comes(tmp_path):
    os.mkfifo(tmp_path / "reply")
    reader = os.open(tmp_path / "reply", os.O_RDONLY | os.O_NONBLOCK)
    with RecordingWriter(tmp_path / "reply", overwrite=True) as writer:
        writer.begin(200, {})
        assert os.read(reader, 100) == HEADER.encode()
    os.close(reader)
    assert (tmp_path / "reply").exists()


HEADER = '{"omni_stream_recording": 1, "status": 200, "headers": {}}\n'


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello\n",
        "[]\n",
        '{"omni_stream_recording": 2, "status": 200, "headers": {}}\n',
        '{"omni_stream_recording": 1}\n',
        HEADER + "{}\n",
        HEADER + '{"t": 1}\n',
        HEADER + '{"t": "soon", "text": "x"}\n',
        HEADER + '{"t": -1, "text": "x"}\n',
        HEADER + '{"t": NaN, "text": "x"}\n',
        HEADER + '{"t": 2, "text": "x"}\n{"t": 1, "text": "y"}\n',
        HEADER + '{"t": 1, "b64": "?"}\n',
        HEADER + '{"t": 1, "text": 5}\n',
        HEADER + '{"t": 1, "end": true}\n{"t": 1, "text": "x"}\n',
    ],
)
def test_what_is_no_recording_is_refused(tmp_path, content):
    (tmp_path / "reply").write_text(content)
    with pytest.raises(omni.UsageError, match="is not a recording of version 1"):
        read_recording(tmp_path / "reply")


def test_a_recording_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(omni.UsageError, match="cannot be read: No such file"):
        read_recording(tmp_path / "reply")
