"""What it takes to send a video of 250 MB: no memory to speak of, little time, and no one kept waiting."""

import json
import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import av
import numpy as np
import pytest

FILE_BYTES = 250_000_000
MOST_GROWTH_BYTES = 64 * 1024 * 1024
HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parent)}


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """A film of two seconds, filled up to 250 MB by a box that players skip."""
    path = tmp_path_factory.mktemp("video") / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 128
        for shade in range(0, 200, 10):
            picture = av.VideoFrame.from_ndarray(np.full((128, 128, 3), shade, np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    with path.open("ab") as file:
        box_bytes = FILE_BYTES - path.stat().st_size
        file.write(box_bytes.to_bytes(4, "big") + b"free")
        piece = os.urandom(1_000_003)
        while left := FILE_BYTES - file.tell():
            file.write(piece[:left])
    yield path
    path.unlink()


@pytest.fixture
def server():
    with subprocess.Popen(
        [sys.executable, HERE / "upload_server.py"], stdout=PIPE, text=True, env=ENVIRONMENT
    ) as server:
        yield server.stdout
        server.terminate()


@pytest.mark.parametrize("way", ["path", "bytes"])
def test_a_video_of_250_mb_is_sent_in_little_memory(server, video, way):
    base_url = server.readline().strip()
    arguments = [sys.executable, HERE / "upload_client.py", base_url, video, way]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=True, env=ENVIRONMENT, timeout=60)
    found = json.loads(ended.stdout)
    sent_bytes = int(server.readline())
    assert found["text"] == "Hello"
    assert FILE_BYTES * 4 / 3 < sent_bytes < FILE_BYTES * 4 / 3 + 1000
    assert found["told"] == [sent_bytes, sent_bytes]
    assert found["peak_bytes"] - found["before_bytes"] < MOST_GROWTH_BYTES
    assert found["peak_bytes"] < 2 * FILE_BYTES
    assert found["mostly_late_seconds"] < 0.05
    assert found["seconds"] < 30
