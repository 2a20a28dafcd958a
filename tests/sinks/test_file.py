import asyncio
import errno
import io
import os
import random
import sys
import threading

import numpy as np
import pytest
import soundfile
from sinks.disks import file_size_limit, mounted
from sinks.noise import MONO, frames, pcm_of, write_all
from sinks.test_contract import decoded, piped
from sinks.test_wav import FILES, run_and_kill

from omni_stream.audio import AudioFormat, AudioFrame, Heard
from omni_stream.errors import SinkError, UsageError
from omni_stream.pipeline import Pipeline
from omni_stream.sinks import FileSink
from omni_stream.sinks.codec import FLAC_BLOCK_FRAMES

SECONDS_HELD = {"flac": (FLAC_BLOCK_FRAMES + 1) / 24_000, "opus": 1.2}
NAMES = {"flac": "a.flac", "opus": "a.opus"}


def tone(seconds, format):
    at = np.arange(round(seconds * format.rate)) / format.rate
    wave = (8_000 * np.sin(2 * np.pi * 440 * at)).astype("<i2")
    return AudioFrame(np.repeat(wave[:, None], format.channels, axis=1), format)


@pytest.mark.parametrize(
    ("name", "format", "begins"),
    [
        ("a.flac", None, b"fLaC"),
        ("a.FLAC", None, b"fLaC"),
        ("a.opus", None, b"OggS"),
        ("a.ogg", None, b"OggS"),
        ("a.pcm", None, b"\1\2"),
        ("a", None, b"\1\2"),
        ("a.flac", "pcm", b"\1\2"),
        ("a.mp3", "pcm", b"\1\2"),
        ("a.pcm", "flac", b"fLaC"),
        ("a", "opus", b"OggS"),
    ],
)
async def test_what_is_written_goes_by_the_format_or_else_by_the_name(tmp_path, name, format, begins):
    async with FileSink(tmp_path / name, format=format) as sink:
        await sink.write(AudioFrame(b"\1\2" * 100, MONO))
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize("format", ["wav", "FLAC", "", 1])
async def test_another_format_is_refused_at_once(format):
    with pytest.raises(UsageError, match='format is "pcm", "flac" or "opus", or None to go by the name, not'):
        FileSink("a.flac", format=format)


@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100, 655_350])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("length", [1, FLAC_BLOCK_FRAMES, FLAC_BLOCK_FRAMES + 1, 20_001])
async def test_flac_gives_every_sample_back(tmp_path, rate, channels, length):
    format = AudioFormat(rate, channels)
    run = [AudioFrame(b"", format), *frames(length / rate, format=format, seed=length)]
    async with FileSink(tmp_path / "a.flac") as sink:
        await write_all(sink, run)
    samples, read_rate = soundfile.read(sink.path, dtype="int16", always_2d=True)
    assert (samples.tobytes(), read_rate, samples.shape[1]) == (pcm_of(run), rate, channels)
    assert soundfile.info(sink.path).frames == length  # which its head states


@pytest.mark.parametrize("rate", [8_000, 12_000, 16_000, 24_000, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
async def test_opus_gives_as_many_samples_back_that_sound_alike(tmp_path, rate, channels):
    fed = tone(1.7, AudioFormat(rate, channels))
    async with FileSink(tmp_path / "a.opus") as sink:
        await write_all(sink, [fed])
    samples, read_rate = soundfile.read(sink.path, dtype="int16", always_2d=True)
    assert (samples.shape, read_rate) == (fed.samples.shape, rate)
    noise = samples[rate // 10 :].astype(float) - fed.samples[rate // 10 :]
    assert noise.std() < fed.samples.std() / 5


@pytest.mark.parametrize(
    ("name", "rate", "rule"),
    [
        ("a.opus", 44_100, "opus has rates of 8000, 12000, 16000, 24000 and 48000 Hz, not 44100 Hz"),
        ("a.ogg", 22_050, "opus has rates"),
        ("a.flac", 96_001, "flac has rates up to 65535 Hz, and multiples of 10 Hz up to 655350 Hz"),
        ("a.flac", 768_000, "flac has rates"),
    ],
)
async def test_a_rate_that_the_codec_does_not_have_is_refused_with_the_remedy(tmp_path, name, rate, rule):
    async with FileSink(tmp_path / name) as sink:
        with pytest.raises(UsageError, match=rule + r".*; put `resample\(48_000\)` before the sink"):
            await sink.write(tone(0.1, AudioFormat(rate)))
        assert (sink.frames, sink.format) == (0, None)
        await sink.write(tone(0.1, AudioFormat(48_000)))
    assert soundfile.info(tmp_path / name).samplerate == 48_000


@pytest.mark.parametrize("name", ["a.flac", "a.opus"])
async def test_no_audio_is_no_encoded_file(tmp_path, name):
    async with FileSink(tmp_path / name) as sink:
        await sink.write(AudioFrame(b"", MONO))
        await sink.flush()
    assert list(tmp_path.iterdir()) == []


async def test_an_extra_that_is_missing_is_named_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "soundfile", None)  # which is how Python notes that there is none
    with pytest.raises(UsageError, match=r"pip install 'omni_stream\[files\]'.*or write a WAV file"):
        async with FileSink(tmp_path / "a.flac") as sink:
            await sink.write(tone(0.1, MONO))
    assert list(tmp_path.iterdir()) == []
    async with FileSink(tmp_path / "a.flac") as sink:
        with pytest.raises(UsageError):
            await sink.write(tone(0.1, MONO))
        await sink.write(b"fLaC")
    assert sink.path.read_bytes() == b"fLaC"


class TestBytes:
    @pytest.mark.parametrize("name", ["a.mp3", "a.flac", "a.opus", "a.pcm"])
    async def test_they_are_written_as_they_come_and_need_no_extra(self, tmp_path, monkeypatch, name):
        monkeypatch.setitem(sys.modules, "soundfile", None)
        content = random.Random(1).randbytes(100_001)
        reused = bytearray(7)
        async with FileSink(tmp_path / name) as sink:
            await sink.write(b"")
            for at in range(0, len(content), 7):
                reused[:] = content[at : at + 7]
                await sink.write(reused)
            assert sink.path.name == name.replace("a.", "a.part.")
            assert content.startswith(sink.path.read_bytes())
            await sink.flush()
            assert sink.path.read_bytes() == content
            await sink.write(memoryview(content)[:10])
        assert (tmp_path / name).read_bytes() == content + content[:10]
        assert sink.written_bytes == len(content) + 10
        assert (sink.frames, sink.seconds, sink.format) == (0, 0.0, None)

    async def test_an_open_file_and_a_pipe_get_them_too(self):
        target = io.BytesIO()
        sink, seen, close = piped(FileSink)
        for end in (sink, FileSink(target)):
            async with end:
                for piece in (b"ID3", b"", b"\4" * 10_000):
                    await end.write(piece)
        assert seen() == target.getvalue() == b"ID3" + b"\4" * 10_000
        assert sink.written_bytes == 10_003
        close()

    async def test_no_bytes_are_a_file_only_if_they_came(self, tmp_path):
        async with FileSink(tmp_path / "a.mp3"):
            pass
        async with FileSink(tmp_path / "b.mp3") as sink:
            await sink.write(b"")
        assert [path.name for path in tmp_path.iterdir()] == ["b.mp3"]

    async def test_no_more_than_half_a_second_of_them_waits(self, tmp_path):
        async with FileSink(tmp_path / "a.mp3") as sink:
            for n in range(1, 100):
                await sink.write(bytes(417))  # a frame of MP3 at 128 kbit/s
                assert 417 * n - sink.path.stat().st_size < 8_000

    async def test_what_came_before_an_error_is_kept(self, tmp_path):
        with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- leaving the block may be what raises
            async with FileSink(tmp_path / "a.mp3") as sink:
                await sink.write(b"ID3")
                raise ZeroDivisionError
        assert sink.path == tmp_path / "a.part.mp3"
        assert sink.path.read_bytes() == b"ID3"

    async def test_a_failure_counts_bytes(self, tmp_path):
        async def pieces():
            for _ in range(30):
                yield bytes(1_000)

        sink = FileSink(tmp_path / "a.mp3")
        with (
            file_size_limit(9_999),
            pytest.raises(SinkError, match=r"raise the limit.*; 9,999 bytes are safely") as failure,
        ):
            await Pipeline(pieces()).into(sink)
        assert failure.value.written_bytes == 9_999 == sink.path.stat().st_size

    async def test_a_pipeline_of_them_ends_in_a_file(self, tmp_path):
        async def encoded():
            yield b"ID3"
            yield b"\4"

        sink = await Pipeline(encoded()).into(FileSink(tmp_path / "a.mp3"))
        assert sink.path.read_bytes() == b"ID3\4"

    async def test_bytes_and_frames_are_not_mixed(self, tmp_path):
        async with FileSink(tmp_path / "a.flac") as sink:
            await sink.write(b"fLaC")
            with pytest.raises(UsageError, match="takes bytes since its first write; give frames a sink"):
                await sink.write(tone(0.1, MONO))
        async with FileSink(tmp_path / "b.flac") as sink:
            await sink.write(tone(0.1, MONO))
            with pytest.raises(UsageError, match="takes frames since its first; give bytes a sink"):
                await sink.write(b"fLaC")
        assert (tmp_path / "a.flac").read_bytes() == b"fLaC"
        assert soundfile.info(tmp_path / "b.flac").frames == 2_400

    @pytest.mark.parametrize(
        ("name", "remedy"),
        [
            ("a.mp3", r"name a \.flac or \.opus file"),
            ("a.AAC", r"name a \.flac or \.opus file"),
            ("a.m4a", r"name a \.flac or \.opus file"),
            ("a.wav", "give frames to a WavSink"),
        ],
    )
    async def test_frames_are_not_written_under_a_name_that_promises_something_else(
        self, tmp_path, name, remedy
    ):
        with pytest.raises(UsageError, match=f"makes none of frames; {remedy}"):
            async with FileSink(tmp_path / name) as sink:
                await sink.write(tone(0.1, MONO))
        assert list(tmp_path.iterdir()) == []


class TestEncoding:
    @pytest.mark.parametrize("codec", NAMES)
    async def test_a_temporary_file_is_playable_up_to_its_last_block_or_page(self, tmp_path, codec):
        run = frames(4.0, most=1_000)
        async with FileSink(tmp_path / NAMES[codec]) as sink:
            for n, frame in enumerate(run):
                await sink.write(frame)
                if n % 5 == 0:
                    await sink.flush()
                    if sink.seconds > SECONDS_HELD[codec]:
                        # Read by libsndfile, which wants to know how much there is.
                        samples = soundfile.read(sink.path, dtype="int16")[0]
                        assert sink.seconds - len(samples) / 24_000 < SECONDS_HELD[codec]
                        assert codec == "opus" or pcm_of(run).startswith(samples.tobytes())

    @pytest.mark.parametrize("codec", NAMES)
    async def test_a_cancel_keeps_all_under_the_temporary_name(self, tmp_path, codec):
        sink = FileSink(tmp_path / NAMES[codec])
        with pytest.raises(TimeoutError):  # noqa: PT012 -- leaving the block is what raises
            async with asyncio.timeout(0.5), sink:
                await write_all(sink, frames(1.0))
                await asyncio.sleep(5)
        assert sink.path == tmp_path / f"a.part.{codec}"
        assert soundfile.info(sink.path).frames == 24_000

    @pytest.mark.parametrize("codec", NAMES)
    def test_a_kill_leaves_what_was_flushed_playable(self, tmp_path, codec):
        promised = run_and_kill(tmp_path, 0.5, codec)
        names = {path.name for path in tmp_path.iterdir()}
        assert len(names) == FILES
        for n, count in promised.items():
            fed = pcm_of(frames(2.0, seed=n, most=2_000))
            if f"{n}.{codec}" in names:
                assert soundfile.info(tmp_path / f"{n}.{codec}").frames == 48_000
            else:
                pcm = decoded((tmp_path / f"{n}.part.{codec}").read_bytes())
                assert len(pcm) >= count - 2 * SECONDS_HELD[codec] * 24_000
                assert codec == "opus" or fed.startswith(pcm)

    async def test_a_full_disk_keeps_no_less_than_the_error_says(self, tmp_path):
        run = frames(4.0)
        with mounted(tmp_path / "small", "size=64k") as disk:
            sink = FileSink(disk / "a.flac")
            with pytest.raises(SinkError, match=r"free some space.*bytes of PCM are safely") as failure:
                async with sink:
                    await write_all(sink, run)
            assert failure.value.__cause__.errno == errno.ENOSPC
            assert [path.name for path in disk.iterdir()] == ["a.part.flac"]
            pcm = decoded(sink.path.read_bytes())
        assert pcm_of(run).startswith(pcm)
        assert 24_000 < failure.value.written_bytes <= len(pcm)

    async def test_the_loop_goes_on_while_a_minute_is_encoded(self, tmp_path):
        ticks = 0
        async with FileSink(tmp_path / "a.opus") as sink:
            writing = asyncio.ensure_future(sink.write(tone(20.0, AudioFormat(48_000, 2))))
            while not writing.done():
                await asyncio.sleep(0.001)
                ticks += 1
        assert ticks > 20

    async def test_a_pipe_whose_reader_is_slow_holds_up_neither_the_loop_nor_an_interrupt(self):
        source, target = os.pipe()
        with os.fdopen(target, "wb") as file, os.fdopen(source, "rb") as reader:
            run = frames(5.0)
            async with FileSink(file, format="flac") as sink:
                writing = asyncio.ensure_future(write_all(sink, run))
                await asyncio.sleep(0.1)
                assert not writing.done()  # 64 KiB are in the pipe
                heard = await sink.interrupt()
                assert heard.seconds < 5
                seen = []
                thread = threading.Thread(target=lambda: seen.append(reader.read()))
                thread.start()
                await writing
            file.close()
            thread.join()
        assert decoded(seen[0]) == pcm_of(run)

    async def test_a_pipe_without_a_reader_is_left_at_once(self):
        source, target = os.pipe()
        with os.fdopen(target, "wb") as file, os.fdopen(source, "rb"):
            began = asyncio.get_running_loop().time()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2), FileSink(file, format="flac") as sink:
                    await write_all(sink, frames(5.0))
            assert asyncio.get_running_loop().time() - began < 3
            assert 0 < sink.written_bytes < len(pcm_of(frames(5.0)))

    async def test_what_was_taken_counts_as_heard(self, tmp_path):
        async with FileSink(tmp_path / "a.flac") as sink:
            await write_all(sink, frames(0.3))
            assert await sink.interrupt() == Heard(0.3)
