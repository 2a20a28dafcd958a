import asyncio
import contextlib
import errno
import io
import os
import resource
from pathlib import Path

import pytest
from sinks.contract import open_files
from sinks.disks import file_size_limit, mounted
from sinks.noise import MONO, frames, pcm_of, write_all
from sinks.test_contract import wav_pcm

from omni_stream.audio import AudioFrame
from omni_stream.errors import SinkError, UsageError
from omni_stream.sinks import FileSink, WavSink
from omni_stream.sinks.wav_header import FILE_HEADER_BYTES

RUN = frames(4.0)


async def fails(sink, *, number, saying):
    """Write 4 s into ``sink``, which fails; its error."""
    before = open_files()
    with pytest.raises(SinkError, match=saying) as failure:
        async with sink:
            await write_all(sink, RUN)
    error = failure.value
    assert isinstance(error.__cause__, OSError)
    assert error.__cause__.errno == number
    assert error.written_bytes == sink.written_bytes
    assert f"{error.written_bytes:,} bytes of PCM are safely written" in str(error)
    assert open_files() == before
    return error


@pytest.mark.parametrize(("sink_class", "suffix"), [(WavSink, "wav"), (FileSink, "pcm")])
async def test_a_full_disk_keeps_all_that_it_could_hold(tmp_path, sink_class, suffix):
    with mounted(tmp_path / "small", "size=64k") as disk:
        sink = sink_class(disk / f"a.{suffix}")
        error = await fails(sink, number=errno.ENOSPC, saying="No space left on device; free some space")
        content = sink.path.read_bytes()
        pcm = wav_pcm(content) if sink_class is WavSink else content
        assert sink.path == disk / f"a.part.{suffix}"
        assert str(sink.path) in str(error)
        assert 64_000 < len(pcm) < 65_537
        assert error.written_bytes == len(pcm)
        assert pcm_of(RUN).startswith(pcm)
        assert [path.name for path in disk.iterdir()] == [f"a.part.{suffix}"]


async def test_a_disk_without_room_for_the_header_keeps_nothing(tmp_path):
    with mounted(tmp_path / "small", "size=16k") as disk:
        (disk / "other").write_bytes(bytes(16_384))
        sink = WavSink(disk / "a.wav")
        error = await fails(sink, number=errno.ENOSPC, saying="free some space")
        assert error.written_bytes == 0
        assert sink.path is None
        assert [path.name for path in disk.iterdir()] == ["other"]


@pytest.mark.parametrize("limit_bytes", [FILE_HEADER_BYTES + more for more in (48_000, 30_001, 1)])
async def test_a_limit_on_file_sizes_leaves_whole_frames(tmp_path, limit_bytes):
    sink = WavSink(tmp_path / "a.wav")
    with file_size_limit(limit_bytes):
        error = await fails(sink, number=errno.EFBIG, saying="raise the limit on file sizes")
    pcm = wav_pcm(sink.path.read_bytes())
    assert error.written_bytes == len(pcm) == (limit_bytes - FILE_HEADER_BYTES) // 2 * 2
    assert pcm_of(RUN).startswith(pcm)


async def test_a_read_only_disk_is_refused_when_entered(tmp_path):
    with mounted(tmp_path / "fixed", "ro") as disk:
        await fails(WavSink(disk / "a.wav"), number=errno.EROFS, saying="write to a folder where you may")


async def test_a_missing_folder_is_named_with_its_remedy(tmp_path):
    await fails(
        WavSink(tmp_path / "b" / "a.wav"),
        number=errno.ENOENT,
        saying=r"WavSink\('.*/b/a.wav'\) failed: No such file or directory; make the folder first",
    )


async def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "b").touch()
    await fails(WavSink(tmp_path / "b" / "a.wav"), number=errno.ENOTDIR, saying="name a folder")


async def test_a_name_that_is_too_long_with_its_temporary_part_is_refused_at_once(tmp_path):
    await fails(
        WavSink(tmp_path / f"{'a' * 248}.wav"), number=errno.ENAMETOOLONG, saying="choose a shorter name"
    )


async def test_too_many_open_files_is_one_clear_error(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    sink = WavSink(tmp_path / "a.wav")
    async with WavSink(tmp_path / "warm.wav"):
        pass  # the threads have what they need
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
    try:
        with pytest.raises(SinkError, match="raise the limit on open files"):
            await sink.__aenter__()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("buffering", [0, -1])
async def test_a_full_device_fails_at_the_first_write(buffering):
    full = Path("/dev/full").open("wb", buffering=buffering)  # noqa: ASYNC230, SIM115 -- closing fails too
    error = await fails(WavSink(full), number=errno.ENOSPC, saying="(FileIO|BufferedWriter).*No space left")
    assert error.written_bytes == 0
    with contextlib.suppress(OSError):
        full.close()


class Failing(io.BytesIO):
    def write(self, content):
        if self.tell() > 40_000:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().write(content)


async def test_an_input_output_error_says_what_is_safe():
    target = Failing()
    error = await fails(WavSink(target), number=errno.EIO, saying="Input/output error")
    assert error.written_bytes > 20_000
    pcm = wav_pcm(target.getvalue())
    assert len(pcm) == error.written_bytes
    assert pcm_of(RUN).startswith(pcm)


async def test_a_sink_that_failed_stays_failed_and_is_never_complete(tmp_path):
    sink = WavSink(tmp_path / "a.wav")
    with pytest.raises(SinkError, match="raise the limit") as failure:  # noqa: PT012 -- leaving the block may be what raises
        async with sink:
            with file_size_limit(30_000), pytest.raises(SinkError, match="raise the limit"):
                await write_all(sink, RUN)
            for call in (sink.flush, sink.drain, sink.interrupt, sink.pause, lambda: sink.write(RUN[0])):
                with pytest.raises(SinkError, match="raise the limit") as again:
                    await call()
                assert again.value.__cause__.errno == errno.EFBIG
                assert again.value.written_bytes == 30_000 - FILE_HEADER_BYTES
    assert failure.value.__cause__.errno == errno.EFBIG
    assert sink.path == tmp_path / "a.part.wav"
    assert wav_pcm(sink.path.read_bytes()) == pcm_of(RUN)[: 30_000 - FILE_HEADER_BYTES]


async def test_a_failure_while_closing_is_raised_and_beside_another_error_it_is_a_note(tmp_path):
    with file_size_limit(100), pytest.raises(SinkError, match="raise the limit"):  # noqa: PT012 -- leaving the block may be what raises
        async with WavSink(tmp_path / "a.wav") as sink:
            await sink.write(RUN[-1])
            await write_all(sink, frames(0.1))
    assert not (tmp_path / "a.wav").exists()
    with file_size_limit(100), pytest.raises(ZeroDivisionError) as failure:  # noqa: PT012 -- leaving the block may be what raises
        async with WavSink(tmp_path / "b.wav") as sink:
            await write_all(sink, frames(0.1))
            raise ZeroDivisionError
    assert "the sink failed too: WavSink(" in failure.value.__notes__[0]
    with file_size_limit(100):
        sink = await WavSink(tmp_path / "c.wav").__aenter__()
        await write_all(sink, frames(0.1))
        with pytest.raises(SinkError, match="raise the limit"):
            await sink.aclose()
        await sink.aclose()


async def test_other_sinks_go_on_when_one_fails(tmp_path):
    with mounted(tmp_path / "small", "size=64k") as disk:

        async def save(path):
            async with WavSink(path) as sink:
                await write_all(sink, RUN)

        outcomes = await asyncio.gather(
            *(save(folder / f"{n}.wav") for n in range(5) for folder in (disk, tmp_path)),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes] == [SinkError, type(None)] * 5
        assert all(wav_pcm((tmp_path / f"{n}.wav").read_bytes()) == pcm_of(RUN) for n in range(5))


async def test_two_sinks_for_one_file_at_once_are_refused(tmp_path):
    async with WavSink(tmp_path / "a.wav") as sink:
        await sink.write(RUN[-1])
        with pytest.raises(SinkError, match="another sink is writing"):
            await WavSink(tmp_path / "a.wav").__aenter__()
    with pytest.raises(UsageError, match="exists and is not overwritten"):
        await WavSink(tmp_path / "a.wav").__aenter__()


async def test_a_sink_that_was_refused_may_be_entered_once_the_reason_is_gone(tmp_path):
    sink = WavSink(tmp_path / "b" / "a.wav")
    with pytest.raises(SinkError):
        await sink.__aenter__()
    assert not sink.entered
    (tmp_path / "b").mkdir()
    async with sink:
        await sink.write(AudioFrame(bytes(20), MONO))
    assert (tmp_path / "b" / "a.wav").exists()
