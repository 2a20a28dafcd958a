"""Files past 4 GiB, as libsndfile reads them; sparse, so that they take no such room."""

import io
import os

import numpy as np
import pytest
import soundfile
from sinks.noise import write_all

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.sinks import WavSink
from omni_stream.sinks.wav_header import FILE_HEADER_BYTES, MOST_RIFF_PCM_BYTES

WIDE = AudioFormat(768_000, 2)
SECOND = AudioFrame(np.random.default_rng(1).integers(-(2**15), 2**15, (768_000, 2), "<i2"), WIDE)


def last_frames(path, count):
    with soundfile.SoundFile(path) as file:
        file.seek(-count, soundfile.SEEK_END)
        return file.format, file.frames, file.read(dtype="int16")


async def test_a_file_becomes_rf64_where_it_passes_4_gib_and_is_playable_on_both_sides(tmp_path):
    async with WavSink(tmp_path / "a.wav") as sink:
        await sink.write(SECOND)
        # An hour of silence, that no disk has to hold, takes the place of writing it.
        os.truncate(sink.path, FILE_HEADER_BYTES + MOST_RIFF_PCM_BYTES // 4 * 4)
        await sink.write(AudioFrame(SECOND.samples[:100], WIDE))
        await sink.flush()
        assert last_frames(sink.path, 1)[:2] == ("WAV", MOST_RIFF_PCM_BYTES // 4)
        await sink.write(SECOND)
        await sink.flush()
        format, count, last = last_frames(sink.path, 768_000)
        assert (format, count) == ("RF64", MOST_RIFF_PCM_BYTES // 4 + 768_000)
        assert (last == SECOND.samples).all()
    assert sink.path == tmp_path / "a.wav"
    assert last_frames(sink.path, 1)[:2] == ("RF64", MOST_RIFF_PCM_BYTES // 4 + 768_000)


class Sparse(io.FileIO):
    """A file that leaves room for silence instead of writing it."""

    def write(self, content):
        if len(content) < 2**20:
            return super().write(content)
        self.seek(len(content), os.SEEK_CUR)
        return len(content)


@pytest.mark.parametrize(("more", "format"), [(0, "WAV"), (1, "RF64")])
async def test_an_open_file_gets_the_head_of_its_size_when_it_ends(tmp_path, more, format):
    frames = MOST_RIFF_PCM_BYTES // 4 + more
    silence, end = AudioFrame(bytes(2**24), WIDE), AudioFrame(SECOND.samples[:100], WIDE)
    whole, rest = divmod(frames - len(end), len(silence))
    with Sparse(tmp_path / "a.wav", "w") as target:
        async with WavSink(target) as sink:
            await write_all(sink, [silence] * whole)
            await write_all(sink, [AudioFrame(silence.samples[:rest], WIDE), end])
    assert sink.written_bytes == frames * 4
    found, count, last = last_frames(tmp_path / "a.wav", 100)
    assert (found, count) == (format, frames)
    assert (last == end.samples).all()
