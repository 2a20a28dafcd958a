import asyncio
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sinks.child import SECONDS
from sinks.noise import MONO, frames, pcm_of, write_all
from sinks.test_contract import wav_pcm

from omni_stream.audio import AudioFrame
from omni_stream.errors import UsageError
from omni_stream.sinks import FileSink, WavSink
from omni_stream.sinks.wav_header import FILE_HEADER_BYTES

CHILD = Path(__file__).with_name("child.py")
FILES = 10
GATHERED_BYTES = 24_000 + 2 * 2_000  # half a second, and the frame that filled it


def run_and_kill(folder, after_seconds, suffix="wav"):
    """Run the child; kill it so long after its start, or at its first promise; what it promised, by file."""
    child = subprocess.Popen(
        [sys.executable, CHILD, folder, str(FILES), suffix],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(CHILD.parents[1])},
    )
    assert child.stdout.readline() == "ready\n"
    said = ""
    if after_seconds is None:
        said = child.stdout.readline()
    else:
        time.sleep(after_seconds)
    child.kill()
    said += child.communicate()[0]
    promised = dict.fromkeys(range(FILES), 0)
    for line in said.splitlines(keepends=True):
        if line.endswith("\n"):
            n, count = map(int, line.split())
            promised[n] = count
    return promised


@pytest.mark.parametrize("round_", range(6))
async def test_a_kill_leaves_each_file_whole_under_its_name_or_playable_under_the_temporary_one(
    tmp_path, round_
):
    after = random.Random(round_).uniform(0, 0.7) if round_ else None
    promised = run_and_kill(tmp_path, after)
    names = sorted(path.name for path in tmp_path.iterdir())
    for n, count in promised.items():
        fed = pcm_of(frames(SECONDS, seed=n, most=2_000))
        final, part = tmp_path / f"{n}.wav", tmp_path / f"{n}.part.wav"
        if final.exists():
            assert wav_pcm(final.read_bytes()) == fed
        if part.exists():
            content = part.read_bytes()
            pcm = wav_pcm(content)
            assert len(pcm) >= count
            assert fed.startswith(pcm)
            beyond = len(content) - FILE_HEADER_BYTES - len(pcm)  # written, and not in the header yet
            assert beyond <= GATHERED_BYTES
        assert final.exists() or part.exists() or count == 0
    assert all(name.removesuffix(".wav").removesuffix(".part").isdigit() for name in names)
    if round_ == 0:
        assert any(name.endswith(".part.wav") for name in names)

    async def rerun(n):
        async with WavSink(tmp_path / f"{n}.wav", overwrite=True) as sink:
            await write_all(sink, frames(0.3, seed=n))

    await asyncio.gather(*(rerun(n) for n in range(FILES)))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{n}.wav" for n in range(FILES))
    for n in range(FILES):
        assert wav_pcm((tmp_path / f"{n}.wav").read_bytes()) == pcm_of(frames(0.3, seed=n))


@pytest.mark.parametrize(("sink_class", "lost"), [(WavSink, 0.5), (FileSink, 0.5)])
async def test_no_more_than_half_a_second_waits_to_be_written(tmp_path, sink_class, lost):
    most = 0
    async with sink_class(tmp_path / "a") as sink:
        for frame in frames(5, seed=1):
            await sink.write(frame)
            content = sink.path.read_bytes()
            most = max(most, sink.frames * 2 - len(wav_pcm(content) if sink_class is WavSink else content))
    assert 0 < most < lost * 48_000


async def test_many_short_frames_are_written_before_they_fill_the_memory(tmp_path):
    short = AudioFrame(b"\1\0", MONO)
    async with WavSink(tmp_path / "a.wav") as sink:
        for _ in range(1_000):
            await sink.write(short)
        assert wav_pcm(sink.path.read_bytes()) == b"\1\0" * 1_000


async def test_the_file_is_playable_after_every_single_write(tmp_path):
    fed = b""
    async with WavSink(tmp_path / "a.wav") as sink:
        assert wav_pcm(sink.path.read_bytes()) == b""
        for frame in frames(2, seed=3):
            await sink.write(frame)
            fed += bytes(frame)
            assert fed.startswith(wav_pcm(sink.path.read_bytes()))


async def test_a_reply_without_audio_makes_no_file(tmp_path):
    async with WavSink(tmp_path / "a.wav") as sink:
        assert sink.path == tmp_path / "a.part.wav"
    assert sink.path is None
    with pytest.raises(ZeroDivisionError):
        async with WavSink(tmp_path / "a.wav"):
            raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


async def test_an_empty_frame_makes_an_empty_file_of_its_format(tmp_path):
    async with WavSink(tmp_path / "a.wav") as sink:
        await sink.write(AudioFrame(b"", MONO))
    assert wav_pcm(sink.path.read_bytes()) == b""


async def test_making_a_sink_touches_nothing(tmp_path):
    WavSink(tmp_path / "a.wav")
    FileSink(tmp_path / "missing" / "a.pcm")
    assert list(tmp_path.iterdir()) == []


async def test_what_was_written_before_an_error_keeps_its_temporary_name(tmp_path):
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- leaving the block may be what raises
        async with WavSink(tmp_path / "a.wav") as sink:
            await write_all(sink, frames(0.1))
            raise ZeroDivisionError
    assert sink.path == tmp_path / "a.part.wav"
    assert wav_pcm(sink.path.read_bytes()) == pcm_of(frames(0.1))


async def test_a_sink_stays_in_its_folder(tmp_path):
    (tmp_path / "out" / "b").mkdir(parents=True)
    (tmp_path / "out" / "link").symlink_to(tmp_path)
    for name in ("../a.wav", "/a.wav", "b/../../a.wav"):
        with pytest.raises(UsageError, match="leads out of the folder"):
            WavSink(name, folder=tmp_path / "out")
    with pytest.raises(UsageError, match="is a symbolic link"):
        await WavSink("link/a.wav", folder=tmp_path / "out").__aenter__()
    async with WavSink("b/a.wav", folder=str(tmp_path / "out")) as sink:
        await sink.write(AudioFrame(b"", MONO))
    assert sink.path == tmp_path / "out" / "b" / "a.wav"


async def test_a_folder_that_is_renamed_meanwhile_keeps_its_file(tmp_path):
    (tmp_path / "one").mkdir()
    async with WavSink(tmp_path / "one" / "a.wav") as sink:
        await write_all(sink, frames(0.6))
        (tmp_path / "one").rename(tmp_path / "two")
        (tmp_path / "one").symlink_to("/")
    assert wav_pcm((tmp_path / "two" / "a.wav").read_bytes()) == pcm_of(frames(0.6))


@pytest.mark.parametrize("target", [3, None, b"a.wav", object()])
def test_what_is_neither_a_path_nor_a_file_is_refused(target):
    with pytest.raises(UsageError, match="a path or a binary file object"):
        WavSink(target)
