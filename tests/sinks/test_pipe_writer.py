import asyncio
import contextlib
import errno
import io
import os
import select
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sinks.contract import disk_threads, open_files
from sinks.noise import MONO, frames, pcm_of, write_all
from sinks.test_contract import UNKNOWN, data_size, wav_pcm

from omni_stream.audio import AudioFormat, AudioFrame, Heard
from omni_stream.errors import SinkError, UsageError
from omni_stream.sinks import FileSink, WavSink

FRAME = AudioFrame(bytes(range(250)) * 16, MONO)
"""4,000 bytes, so that a pipe's page never holds a whole number of them."""


@pytest.fixture
def pipe():
    source, target = os.pipe()
    file = os.fdopen(target, "wb")
    with contextlib.closing(os.fdopen(source, "rb", buffering=0)) as reader:
        yield reader, file
        with contextlib.suppress(OSError):
            file.close()


def now(reader):
    """What is in the pipe."""
    content = b""
    while select.select([reader], [], [], 0)[0] and (more := reader.read(2**16)):
        content += more
    return content


async def fill(sink):
    """Write until the pipe is full; the write that waits, and what was taken."""
    taken = 0
    while True:
        writing = asyncio.ensure_future(sink.write(FRAME))
        done, _ = await asyncio.wait({writing}, timeout=0.02)
        taken = sink.frames * 2
        if not done:
            return writing, taken
        await writing


async def test_each_frame_is_in_the_pipe_when_its_write_returns(pipe):
    reader, file = pipe
    async with WavSink(file) as sink:
        await sink.write(FRAME)
        assert wav_pcm(now(reader)) == bytes(FRAME)
        await sink.write(FRAME)
        assert now(reader) == bytes(FRAME)
        assert sink.written_bytes == 8_000
    assert sink.path is None
    assert not file.closed
    file.write(b"its owner's")
    file.flush()
    assert now(reader) == b"its owner's"


async def test_what_the_owner_wrote_before_comes_first(pipe):
    reader, file = pipe
    file.write(b"before")
    async with FileSink(file) as sink:
        await sink.write(FRAME)
    assert now(reader) == b"before" + bytes(FRAME)


async def test_a_slow_reader_holds_up_the_writer_alone(pipe):
    reader, file = pipe
    threads = len(disk_threads())
    async with FileSink(file) as sink:
        writing, taken = await fill(sink)
        assert taken >= 2**16
        ticks = 0
        while ticks < 20:
            await asyncio.sleep(0.001)
            ticks += 1
        assert not writing.done()
        assert len(disk_threads()) == threads
        seen = now(reader)
        await writing
        seen += now(reader)
    assert seen == bytes(FRAME) * (taken // 4_000)


async def test_a_cancel_is_quick_and_the_rest_of_the_frame_goes_first_with_the_next_call(pipe):
    reader, file = pipe
    async with FileSink(file) as sink:
        writing, taken = await fill(sink)
        writing.cancel()
        await asyncio.wait({writing}, timeout=1)
        assert writing.cancelled()
        again = asyncio.ensure_future(sink.write(FRAME))
        await asyncio.sleep(0.01)
        again.cancel()  # while it waits for the rest of the one before: it was not taken
        await asyncio.wait({again}, timeout=1)
        assert sink.frames * 2 == taken
        seen = now(reader)
        await sink.flush()
        seen += now(reader)
        assert seen == bytes(FRAME) * (taken // 4_000)


async def test_closing_does_not_wait_for_a_reader_that_does_not_read(pipe):
    reader, file = pipe
    before = open_files()
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- leaving the block may be what raises
        async with WavSink(file) as sink:
            writing, taken = await fill(sink)
            raise ZeroDivisionError
    await asyncio.wait_for(writing, 1)
    assert open_files() == before
    pcm = wav_pcm(now(reader))
    assert len(pcm) == sink.written_bytes < taken
    assert (bytes(FRAME) * 40).startswith(pcm)


async def test_leaving_without_an_error_waits_for_the_reader_and_can_be_cancelled(pipe):
    reader, file = pipe
    before = open_files()

    async def leave():
        async with FileSink(file) as sink:
            writing, _ = await fill(sink)
            writing.cancel()

    leaving = asyncio.ensure_future(leave())
    await asyncio.sleep(0.2)
    assert not leaving.done()
    leaving.cancel()
    await asyncio.wait({leaving}, timeout=1)
    assert leaving.cancelled()
    assert open_files() == before
    assert now(reader)


async def test_an_interrupt_drops_what_is_not_in_the_pipe_but_never_half_a_frame(pipe):
    reader, file = pipe
    stereo = AudioFormat(24_000, 2)
    async with WavSink(file) as sink:
        odd = AudioFrame(bytes(range(100)) * 4, stereo)
        while True:
            writing = asyncio.ensure_future(sink.write(odd))
            if not (await asyncio.wait({writing}, timeout=0.02))[0]:
                break
        heard = await sink.interrupt()
        await asyncio.wait_for(writing, 1)
        pcm = wav_pcm(now(reader))
        assert heard == Heard(len(pcm) / 96_000)
        assert len(pcm) % 4 == 0
        await sink.write(odd)
        assert now(reader) == bytes(odd)


async def test_a_reader_that_has_gone_is_an_error_of_the_sink(pipe):
    reader, file = pipe
    before = open_files()
    with pytest.raises(SinkError, match="Broken pipe; the program that read it has ended") as failure:  # noqa: PT012 -- leaving the block may be what raises
        async with WavSink(file) as sink:
            await sink.write(FRAME)
            reader.close()
            await sink.write(FRAME)
    assert isinstance(failure.value.__cause__, BrokenPipeError)
    assert failure.value.written_bytes == 4_000
    assert len(open_files()) == len(before) - 1


async def test_a_reader_that_goes_while_a_write_waits_ends_the_wait(pipe):
    reader, file = pipe
    with pytest.raises(SinkError, match="Broken pipe"):  # noqa: PT012 -- leaving the block may be what raises
        async with FileSink(file) as sink:
            writing, _ = await fill(sink)
            reader.close()
            await asyncio.wait_for(writing, 1)


async def test_a_pipe_that_its_owner_made_non_blocking_is_written_too(pipe):
    reader, file = pipe
    os.set_blocking(file.fileno(), False)
    seen = bytearray()
    asyncio.get_running_loop().add_reader(reader, lambda: seen.extend(reader.read(3_000)))
    async with FileSink(file) as sink:
        for _ in range(50):
            await sink.write(FRAME)
    await asyncio.sleep(0.05)
    asyncio.get_running_loop().remove_reader(reader)
    assert bytes(seen) + now(reader) == bytes(FRAME) * 50


async def test_one_huge_frame_goes_through(pipe):
    reader, file = pipe
    run = frames(20, most=480_000)
    seen = bytearray()

    def read():
        while content := reader.read(2**16):
            seen.extend(content)

    thread = threading.Thread(target=read)
    thread.start()
    async with FileSink(file) as sink:
        await write_all(sink, run)
    file.close()
    thread.join()
    assert seen == pcm_of(run)


async def test_a_huge_frame_and_no_reader_do_not_block_the_loop(pipe):
    reader, file = pipe
    rescue = threading.Timer(5, reader.read, [2**20])  # a loop that is blocked fails then, and does not hang
    rescue.start()
    started = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        async with FileSink(file) as sink, asyncio.timeout(0.1):
            await write_all(sink, frames(5, most=120_000))
    assert asyncio.get_running_loop().time() - started < 4
    rescue.cancel()


@pytest.mark.parametrize("most_bytes", [1_001, 3, 45])
async def test_an_interrupt_ends_at_a_whole_frame_where_a_write_was_cut_inside_of_one(
    pipe, monkeypatch, most_bytes
):
    reader, file = pipe
    write = os.write
    monkeypatch.setattr(
        os, "write", lambda fd, content: write(fd, content[:most_bytes])
    )  # as a terminal does
    async with WavSink(file) as sink:
        output = sink._output
        writing = asyncio.ensure_future(sink.write(AudioFrame(bytes(FRAME), AudioFormat(24_000, 2))))
        while output._sent_bytes < most_bytes:  # noqa: ASYNC110 -- nothing says when
            await asyncio.sleep(0)
        assert output._sent_bytes % 4
        heard = await sink.interrupt()
        await writing
        await sink.flush()
        content = now(reader)
        rest = -most_bytes % 4 if most_bytes > 44 else 44 - most_bytes
        assert len(content) == most_bytes + rest
        assert heard.seconds <= len(content) / 96_000
        await sink.write(AudioFrame(b"\1\2\3\4", AudioFormat(24_000, 2)))
    assert wav_pcm(content + now(reader)) == bytes(FRAME)[: len(content) - 44] + b"\1\2\3\4"


async def test_a_pipe_has_no_limit_of_size(pipe):
    reader, file = pipe
    async with WavSink(file) as sink:
        await sink.write(FRAME)
        sink.frames += 2**33
        await sink.write(FRAME)
        sink.frames -= 2**33
    assert wav_pcm(now(reader)) == bytes(FRAME) * 2


PROGRAM = """
import asyncio, sys
from sinks.noise import frames, write_all
from omni_stream.sinks import WavSink

async def main():
    async with WavSink(sys.stdout.buffer) as sink:
        await write_all(sink, frames(2.0))

asyncio.run(main())
"""


def run_program(**options):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run([sys.executable, "-c", PROGRAM], check=True, env=environment, **options)


def test_standard_output_may_be_a_pipe():
    content = run_program(stdout=subprocess.PIPE).stdout
    assert data_size(content) == UNKNOWN
    assert wav_pcm(content) == pcm_of(frames(2.0))


def test_standard_output_may_be_a_file(tmp_path):
    with (tmp_path / "a.wav").open("wb") as file:
        run_program(stdout=file)
    content = (tmp_path / "a.wav").read_bytes()
    assert data_size(content) == 96_000
    assert wav_pcm(content) == pcm_of(frames(2.0))


def test_standard_output_may_be_appended_to_a_file(tmp_path):
    (tmp_path / "log").write_bytes(b"before")
    with (tmp_path / "log").open("ab") as file:
        run_program(stdout=file)
    content = (tmp_path / "log").read_bytes()
    assert content[:6] == b"before"
    assert content[46:50] == b"\xff" * 4
    assert wav_pcm(content[6:]) == pcm_of(frames(2.0))


async def test_a_text_stream_and_a_closed_file_are_refused(pipe):
    _, file = pipe
    with pytest.raises(UsageError, match=r"give a text stream's \.buffer"):
        WavSink(io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(UsageError, match="are for a path"):
        WavSink(file, overwrite=True)
    file.close()
    with pytest.raises(UsageError, match="is closed; give an open one"):
        WavSink(file)


async def test_a_pipe_closed_by_its_owner_before_it_was_entered_is_a_sink_error(pipe):
    _, file = pipe
    sink = WavSink(file)
    file.close()
    with pytest.raises(SinkError) as failure:
        await sink.__aenter__()
    assert failure.value.__cause__.errno == errno.EBADF
