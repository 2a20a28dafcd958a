"""A stage of one's own: the speech fades in.

Run it as: python own_stage.py PROMPT FILE

A stage is an async generator function of one argument, what it reads.  It needs
no base class, and closes nothing: the pipeline that it is put into does.
"""

import asyncio
import sys
from collections.abc import AsyncIterator

import numpy as np

import omni_stream as omni


def fade_in(seconds: float) -> omni.Stage[omni.AudioFrame, omni.AudioFrame]:
    """Raise the volume from nothing to full within the first `seconds`."""

    async def stage(frames: AsyncIterator[omni.AudioFrame]) -> AsyncIterator[omni.AudioFrame]:
        async for frame in frames:
            ramp_frames = seconds * frame.format.rate
            if frame.position_frames >= ramp_frames:
                yield frame
                continue
            places = np.arange(frame.position_frames, frame.position_frames + len(frame))
            volume = np.minimum(places / ramp_frames, 1.0)[:, np.newaxis]
            yield omni.AudioFrame(
                (frame.samples * volume).astype(np.int16),
                frame.format,
                position_frames=frame.position_frames,
            )

    return stage


async def main(prompt: str, path: str) -> None:
    """Say what `prompt` asks for into the file at `path`, faded in over half a second."""
    async with omni.Client() as client, client.ask(prompt) as reply:
        sink = await reply.audio().through(fade_in(0.5)).into(omni.WavSink(path))
    print(f"{path}: {sink.seconds:.1f} s of speech")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
