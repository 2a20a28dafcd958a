"""One sound card: what it can do, what is done to it, and where it records."""

import contextlib
import fcntl
import mmap
import os
import struct
import time
from pathlib import Path

from card.build import build
from card.recording import Recording

HOW = {"unplugged": 1, "hung up": 2, "dead": 3}
VANISH_NS, VANISH_HOW, STALL_NS, STALL_TO_NS = range(4)
"""The words of card.c's `struct control`."""

FOR_EVER_NS = 1 << 62
AHEAD_SECONDS = 0.05
"""A stall begins so much later: it has to be known before it begins, or the card would have played on."""

LOCK = struct.Struct("@hhqqi0q")
"""C's `struct flock`: type, whence, start, length, process."""

CONFIGURATION = """\
pcm_type.card {{ lib "{library}" }}
pcm.{name} {{
    type card
    folder "{folder}"
    rates [ {rates} ]
    channels {channels}
    period_least {period[0]}
    period_most {period[1]}
    buffer_least {buffer[0]}
    buffer_most {buffer[1]}
    drift_ppm {drift_ppm}
    latency_frames {latency_frames}
}}
# PortAudio 19.6 aborts where every name opens; this one never does.
pcm.absent {{ type card }}
"""


class Card:
    """A card of 16-bit samples, plugged in and free; `name` is what ALSA and PortAudio call it.

    `rates` and `channels` are all that it takes; `period_frames` and `buffer_frames` are the least and
    the most of each.  Its clock is fast by `drift_ppm`.  What it is given is heard `latency_frames` later
    than its buffer says, which it tells whoever asks for the delay.
    """

    def __init__(
        self,
        folder,
        *,
        name="card",
        rates=(8_000, 16_000, 24_000, 48_000),
        channels=1,
        period_frames=(16, 65_536),
        buffer_frames=(32, 262_144),
        drift_ppm=0.0,
        latency_frames=0,
    ):
        self.name = name
        self.folder = Path(folder, name)
        self.channels = channels
        self.drift_ppm = drift_ppm
        self.latency_frames = latency_frames
        self.folder.mkdir()
        self._log = self.folder / "log"
        self._sound = self.folder / "sound"
        self._configuration = self.folder / "asound.conf"
        self._log.touch()
        self._sound.touch()
        self._configuration.write_text(
            CONFIGURATION.format(
                library=build() / "card.so",
                name=name,
                folder=self.folder,
                rates=" ".join(map(str, rates)),
                channels=channels,
                period=period_frames,
                buffer=buffer_frames,
                drift_ppm=float(drift_ppm),
                latency_frames=latency_frames,
            )
        )
        control = self.folder / "control"
        control.write_bytes(bytes(mmap.PAGESIZE))
        with control.open("r+b") as file:
            self._control = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")

    def environment(self, *others, **changes):
        """The environment of a process that plays on this card, and on others: devices in this order."""
        configuration = self.folder / "environment.conf"
        configuration.write_text("".join(card._configuration.read_text() for card in (self, *others)))
        return {**os.environ, "ALSA_CONFIG_PATH": str(configuration), **changes}

    def recording(self):
        """What was heard until now."""
        with self._log.open("rb") as file:
            is_open = _lock(file, fcntl.F_OFD_GETLK) != fcntl.F_UNLCK
            now_ns = time.monotonic_ns()
            log = file.read()  # before the sound, which card.c writes first
        return Recording(
            log,
            self._sound.read_bytes(),
            now_ns=now_ns if is_open else None,
            channels=self.channels,
            drift_ppm=self.drift_ppm,
            latency_frames=self.latency_frames,
        )

    def until(self, condition, *, within=20.0):
        """Wait until the recording satisfies a condition, and return it."""
        end = time.monotonic() + within
        while not condition(recording := self.recording()):
            assert time.monotonic() < end, f"not within {within} s: {recording}"
            time.sleep(0.01)
        return recording

    def vanish(self, how):
        """From now on the card is gone: "unplugged", "hung up" or "dead", as card.c says of each.

        Whoever has it open has lost it for good, and it cannot be opened until it comes back.  Returns when
        that was.
        """
        self._control[VANISH_HOW] = HOW[how]
        self._control[VANISH_NS] = now = time.monotonic_ns()
        return now / 1e9

    def come_back(self):
        """The card can be opened again, also by a program that has lost it and cannot close it."""
        self._control[VANISH_NS] = 0

    def stall(self, seconds=None):
        """The card's clock stands still, from in a moment on, for so long or for ever."""
        begin = time.monotonic_ns() + round(AHEAD_SECONDS * 1e9)
        end = FOR_EVER_NS if seconds is None else begin + round(seconds * 1e9)
        assert self._control[STALL_TO_NS] < time.monotonic_ns(), "the last stall is not over"
        self._control[STALL_TO_NS] = end
        self._control[STALL_NS] = begin
        assert time.monotonic_ns() < begin, "the stall was told of too late"

    @contextlib.contextmanager
    def busy(self):
        """Somebody else has the card open."""
        with self._log.open("r+b") as file:
            _lock(file, fcntl.F_OFD_SETLK)
            yield


def _lock(file, command):
    """Take the lock that whoever has the card open holds, or see whether anyone holds it."""
    lock = LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    return LOCK.unpack(fcntl.fcntl(file, command, lock))[0]
