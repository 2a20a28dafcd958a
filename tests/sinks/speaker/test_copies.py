"""What else takes the sound of a reply that is played: each end fails alone."""

import wave

import pytest
from sinks.noise import frames, pcm_of

from omni_stream import NullSink, Sink, SinkError, UsageError, WavSink
from omni_stream.sinks.speaker.copies import Copies


class Failing(Sink):
    """A sink of a user that fails at one of its calls."""

    def __init__(self, at):
        super().__init__()
        self._at = at
        self.calls = []

    def __repr__(self):
        return "Failing()"

    @property
    def written_bytes(self):
        return 0

    def _call_is(self, what):
        self.calls.append(what)
        if self._at == what:
            raise OSError(what)

    async def _open(self):
        self._call_is("open")

    async def _take(self, frame):
        self._took(frame)
        self._call_is("take")

    async def _flush(self):
        self._call_is("flush")

    async def _complete(self):
        self._call_is("complete")

    async def _abandon(self):
        self._call_is("abandon")


@pytest.mark.parametrize("at", ["open", "take", "complete", "flush"])
@pytest.mark.parametrize("first", [True, False])
async def test_one_that_fails_gets_no_more_and_the_others_get_all(tmp_path, at, first):
    run = frames(0.1)
    failing, whole, own = Failing(at), WavSink(tmp_path / "whole.wav"), NullSink()
    async with own:
        sinks = [failing, whole, own] if first else [whole, own, failing]
        if at == "flush":
            await failing.__aenter__()
        copies = Copies(sinks)
        async with copies:
            for frame in run:
                await copies.write(frame)
        assert own.frames == len(pcm_of(run)) // 2
        await own.flush()  # its owner closes it
    with wave.open(str(whole.path), "rb") as saved:
        assert saved.readframes(saved.getnframes()) == pcm_of(run)
    assert whole.path.name == "whole.wav"
    (failure,) = copies.failures
    assert isinstance(failure, SinkError)
    assert failing.calls.count("take") == {"open": 0, "take": 1}.get(at, len(run))
    assert failing.calls[-1] == {"open": "open", "flush": "flush"}.get(at, "abandon")


async def test_an_error_elsewhere_leaves_files_unfinished(tmp_path):
    kept = WavSink(tmp_path / "kept.wav")
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- leaving the block may be what raises
        async with Copies([kept]) as copies:
            await copies.write(frames(0.1)[0])
            raise ZeroDivisionError
    assert kept.path.name != "kept.wav"


@pytest.mark.parametrize("what", ["kept.wav", None, WavSink])
def test_what_is_no_sink_is_refused(what):
    with pytest.raises(UsageError, match=r"for a file, use WavSink"):
        Copies([what])
