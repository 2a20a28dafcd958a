"""What a speaker says of itself."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from omni_stream.sinks.speaker.portaudio import Stream

OF_ONE: Final = frozenset(
    {"device", "rate", "latency_seconds", "level_seconds", "target_seconds", "longest_seconds"}
)
"""What is of one device, and not a sum."""


@dataclass(frozen=True, slots=True)
class SpeakerStats:
    """A speaker at one moment; times are seconds of audio, unless they say otherwise.

    Attributes:
        device: The name of the device, None before it is open.
        rate: At how many Hz it plays; its own where it refuses that of the audio.
        latency_seconds: From its own buffer to the ear, as it says.
        level_seconds: Written, and not given to it yet.
        played_seconds: Given to it, without what it threw away.
        heard_seconds: At the ear, by its own clock; less than was played by the latency at most.
        target_seconds: How much audio would be enough to start with, or to have as the reply goes on; 0
            once all of it has come.
        stalls: How often there was nothing to play although more was to come, within speech or for longer
            than a pause may be made longer by.
        stalled_seconds: The silence of those.
        held_seconds: By how much pauses were made longer.
        stretched_seconds: By how much slower speech took longer.
        skipped_seconds: Silence that was passed over, which counts as played: before the first sound of a
            reply, and in pauses where as much had been put in before.
        late_blocks: How often the device ran empty since it was not given a block in time.
        lost_seconds: What it threw away then, which was not heard.
        blocks: How many blocks it has asked for.
        busy_seconds: How long it took to give it those, in seconds of the clock.
        longest_seconds: How long the slowest one took.
    """

    device: str | None = None
    rate: int = 0
    latency_seconds: float = 0.0
    level_seconds: float = 0.0
    played_seconds: float = 0.0
    heard_seconds: float = 0.0
    target_seconds: float = 0.0
    stalls: int = 0
    stalled_seconds: float = 0.0
    held_seconds: float = 0.0
    stretched_seconds: float = 0.0
    skipped_seconds: float = 0.0
    late_blocks: int = 0
    lost_seconds: float = 0.0
    blocks: int = 0
    busy_seconds: float = 0.0
    longest_seconds: float = 0.0

    @classmethod
    def of(cls, stream: Stream, *, waiting_frames: int) -> SpeakerStats:
        """Those of a stream for which so many frames wait beside its ring."""
        output, rate = stream.output, stream.format.rate
        busy_seconds, longest_seconds = output.busy
        lost = output.lost
        target, stalls, stalled, held, stretched, skipped = output.figures
        return cls(
            device=stream.device.name,
            rate=rate,
            latency_seconds=stream.latency,
            level_seconds=(waiting_frames + output.written - output.taken) / rate,
            played_seconds=(output.played - lost) / rate,
            heard_seconds=max(0, output.heard - lost) / rate,
            target_seconds=target,
            stalls=stalls,
            stalled_seconds=stalled,
            held_seconds=held,
            stretched_seconds=stretched,
            skipped_seconds=skipped,
            late_blocks=output.late,
            lost_seconds=lost / rate,
            blocks=output.blocks,
            busy_seconds=busy_seconds,
            longest_seconds=longest_seconds,
        )

    def after(self, before: SpeakerStats) -> SpeakerStats:
        """Those of a device and of the one before it, together."""
        sums = {
            name: getattr(self, name) + getattr(before, name)
            for name in (field.name for field in fields(self))
            if name not in OF_ONE
        }
        return replace(self, **sums, longest_seconds=max(self.longest_seconds, before.longest_seconds))
