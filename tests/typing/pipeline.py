"""The pipeline as a user types it: read by a type checker, never run."""

from collections.abc import AsyncIterator
from typing import assert_type

import omni_stream as omni


async def events() -> AsyncIterator[omni.Event]:
    yield omni.TextDelta("la")


async def encoded() -> AsyncIterator[bytes]:
    yield b"ID3"


async def levels(frames: AsyncIterator[omni.AudioFrame]) -> AsyncIterator[float]:
    async for frame in frames:
        yield float(abs(frame.samples).max())


class Doubled:
    def __init__(self, numbers: AsyncIterator[float]) -> None:
        self._numbers = numbers

    def __aiter__(self) -> AsyncIterator[float]:
        return self

    async def __anext__(self) -> float:
        return 2 * await anext(self._numbers)


async def chains_keep_their_types() -> None:
    reply = omni.Pipeline(events())
    assert_type(reply, omni.Pipeline[omni.Event])
    audio = reply.through(omni.decode())
    assert_type(audio, omni.Pipeline[omni.AudioFrame])
    telephone = audio.through(omni.resample(8_000)).through(omni.gain(-6)).through(omni.blocks(0.02))
    assert_type(telephone, omni.Pipeline[omni.AudioFrame])
    assert_type(telephone.through(omni.mulaw()), omni.Pipeline[bytes])
    assert_type(omni.Pipeline(encoded()).through(omni.from_alaw()), omni.Pipeline[omni.AudioFrame])
    assert_type(telephone.buffered(0.5), omni.Pipeline[omni.AudioFrame])
    assert_type(telephone.tee(2), tuple[omni.Pipeline[omni.AudioFrame], ...])
    assert_type(telephone.stats, omni.BufferStats | None)
    assert_type(audio.through(levels), omni.Pipeline[float])
    assert_type(audio.through(levels).through(Doubled), omni.Pipeline[float])
    async with audio.through(levels) as numbers:
        assert_type(numbers, omni.Pipeline[float])
        async for number in numbers:
            assert_type(number, float)


async def into_gives_the_sink_back(audio: omni.Pipeline[omni.AudioFrame]) -> None:
    assert_type(await audio.into(omni.WavSink("answer.wav")), omni.WavSink)
    assert_type(await audio.into(omni.FileSink("answer.flac")), omni.FileSink)
    assert_type(await omni.Pipeline(encoded()).into(omni.FileSink("answer.mp3")), omni.FileSink)


async def a_pipeline_of_some_events_is_one_of_events(texts: omni.Pipeline[omni.TextDelta]) -> None:
    assert_type(texts.through(omni.decode()), omni.Pipeline[omni.AudioFrame])


loud: omni.Stage[omni.AudioFrame, omni.AudioFrame] = omni.gain(6)


# What does not fit is seen before it is run: an `ignore` that is not needed is an error.


async def mistakes(reply: omni.Pipeline[omni.Event], audio: omni.Pipeline[omni.AudioFrame]) -> None:
    reply.through(omni.gain(-6))  # type: ignore[arg-type]
    audio.through(omni.gain)  # type: ignore[arg-type]
    audio.through(omni.decode())  # type: ignore[arg-type]
    audio.through(omni.resample(8_000, quality="QQ"))  # type: ignore[arg-type]
    audio.tee(2, when_full="wait")  # type: ignore[arg-type]
    await reply.into(omni.NullSink())  # type: ignore[misc]
    await audio.into("answer.wav")  # type: ignore[type-var]
    await omni.Pipeline(encoded()).into(omni.WavSink("answer.wav"))  # type: ignore[type-var]
