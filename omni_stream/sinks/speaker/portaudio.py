"""The door to PortAudio, by way of sounddevice; read `control` first.

Rules.
1. sounddevice is imported on first use: that looks for devices, which takes a moment.
2. Everything here runs in the thread of `control`, except `Stream.output`.
3. A stream is one of sounddevice's base class, which takes pointers to functions (its other
   classes take Python functions, which would need the interpreter on the device's thread).
   The function and its data are `Output`'s.
4. `output` gets its data back when `close` has returned, and not before.  A stream of which a call
   does not return is left as it is for good: another call would wait too, or end the program.  Nor
   is PortAudio ended then.
5. At the end of the program, all streams are closed before sounddevice ends PortAudio, since `atexit` calls
   last what was registered first.  A forked child has the streams of its parent, without what plays them, and
   leaves them alone.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from omni_stream._native import Output
from omni_stream.audio import AudioFormat
from omni_stream.errors import SinkError
from omni_stream.sinks.speaker.control import StuckError, Work, control
from omni_stream.sinks.speaker.device import Device, find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

log = logging.getLogger("omni_stream")

START_SECONDS: Final = 3.0
"""A start takes milliseconds, and PortAudio waits for its thread for a second at most."""

CLOSE_SECONDS: Final = 2.0
"""A close takes milliseconds; one that takes longer does not return."""

LOST_NICENESS: Final = 10
"""A tenth of the share of others; with much less, who waits for a lock that it holds would wait long."""

INVALID_DEVICE, INVALID_RATE, DEVICE_UNAVAILABLE, BAD_COMBINATION = -9996, -9997, -9985, -9993
"""PortAudio's numbers of the errors that have a remedy."""

REMEDIES: Final = {
    INVALID_DEVICE: "; see `omni-stream devices` for those that there are",
    BAD_COMBINATION: ": it is gone, most likely; see `omni-stream devices` for those that there are",
    DEVICE_UNAVAILABLE: ": another program has it, most likely; end that, or name another device",
}

_loaded: list[Any] = []
_streams: set[Stream] = set()
"""Those that are open."""


class RateRefusedError(Exception):
    """The device does not play at this rate."""


def library() -> Any:  # noqa: ANN401 -- sounddevice has no types
    """Sounddevice.

    Raises:
        SinkError: It, or the library of PortAudio, is not installed.
    """
    if not _loaded:
        try:
            import sounddevice  # noqa: PLC0415 -- see rule 1
        except OSError as error:
            raise SinkError(
                "sound needs the library of PortAudio, which is not installed; get it with"
                " `apt install libportaudio2`, or the like of your system"
            ) from error
        except ImportError as error:
            raise SinkError("sound needs sounddevice; get it with `pip install sounddevice`") from error
        except Exception as error:  # of a kind that could not be imported
            raise SinkError(f"PortAudio cannot begin: {error}") from error
        atexit.register(_close_all)
        _loaded.append(sounddevice)
    return _loaded[0]


def devices(*, anew: bool = False) -> list[Device]:
    """All devices that play.

    Args:
        anew: Look for those that have come or gone since the first look; not while a stream is
            open, since that would close it.

    Raises:
        SinkError: PortAudio is not installed, or does not work.
    """
    sounddevice = library()
    try:
        if anew and can_look_anew():
            sounddevice._terminate()  # noqa: SLF001 -- the only way to look again
            sounddevice._initialize()  # noqa: SLF001
        hosts = [host["name"] for host in sounddevice.query_hostapis()]
        listed = list(sounddevice.query_devices())
    except sounddevice.PortAudioError as error:
        raise SinkError(f"PortAudio cannot say which sound devices there are: {error.args[0]}") from error
    default = sounddevice.default.device[1]
    return [
        Device(
            index=index,
            name=each["name"],
            host=hosts[each["hostapi"]],
            channels=each["max_output_channels"],
            rate=round(each["default_samplerate"]),
            low_latency_seconds=each["default_low_output_latency"],
            high_latency_seconds=each["default_high_output_latency"],
            is_default=index == default,
        )
        for index, each in enumerate(listed)
        if each["max_output_channels"] > 0
    ]


def can_look_anew() -> bool:
    """Whether no stream is open, nor one left that could not be closed: then `devices` can."""
    return not _streams


def found(wanted: str | int | None) -> Device:
    """The device that is meant; one that is not there is looked for anew.

    Raises:
        SinkError: There is none.
        UsageError: There are several.
    """
    try:
        return find(devices(), wanted)
    except SinkError:
        return find(devices(anew=True), wanted)


def opened(
    choose: Callable[[], Device],
    format: AudioFormat,
    *,
    latency: float | str,
    ring_seconds: float,
    numbers: Mapping[str, float | bool],
) -> Stream:
    """A stream for audio of a format; at the device's own rate where it refuses that of the audio.

    Args:
        choose: Says which device.
        format: What is to be played.
        latency: Of the device: "low", "high" or seconds.
        ring_seconds: How much audio may wait.
        numbers: Those of the policy of playout.

    Raises:
        SinkError: There is no such device, or it cannot be opened.
        UsageError: There are several.
    """
    device = choose()
    for rate in (format.rate, device.rate):
        with contextlib.suppress(RateRefusedError):
            return Stream(
                device,
                AudioFormat(rate, format.channels),
                latency=latency,
                ring_frames=math.ceil(ring_seconds * rate),
                numbers=numbers,
            )
    raise SinkError(
        f"the sound device {device.name!r} plays neither at {format.rate} Hz nor at its own {device.rate} Hz;"
        " name another one"
    )


class Stream:
    """A device that is open for audio of one format.

    Attributes:
        output: What it plays; for any thread.
        format: Of the audio that it plays.
        device: The device.
        latency: From its own buffer to the ear, in seconds.

    Raises:
        RateRefusedError: The device does not play at this rate.
        SinkError: It cannot be opened.
    """

    def __init__(
        self,
        device: Device,
        format: AudioFormat,
        *,
        latency: float | str,
        ring_frames: int,
        numbers: Mapping[str, float | bool],
    ) -> None:
        from _cffi_backend import FFI  # noqa: PLC0415 -- see rule 1

        sounddevice = library()
        channels = min(
            device.channels, 2
        )  # a device of two is not given one: PortAudio would fill the left alone
        self.device = device
        self.format = format
        self.output = Output(
            format,
            device_channels=channels,
            ring_frames=ring_frames,
            numbers=numbers,
            now_s=time.monotonic(),
        )
        cast = FFI().cast
        try:
            self._stream = sounddevice._StreamBase(  # noqa: SLF001 -- documented, for libraries
                kind="output",
                device=device.index,
                channels=channels,
                samplerate=format.rate,
                dtype="int16",
                latency=latency,
                blocksize=0,
                callback=cast("void *", Output.callback()),
                userdata=cast("void *", self.output.lend()),
                finished_callback=cast("void *", Output.finished_callback()),
            )
        except sounddevice.PortAudioError as error:
            self.output.take_back()
            raise _refused(device, error) from error
        except BaseException:
            self.output.take_back()
            raise
        self.latency = float(self._stream.latency)
        self.output.set_latency(self.latency)
        self._is_open = True
        self._is_starting = False
        self._pid = os.getpid()
        self._thread: int | None = None  # the device's, as the system numbers it, where that is known
        _streams.add(self)
        control.is_needed = True

    def start(self) -> None:
        """Have it play.

        Raises:
            SinkError: It cannot.
        """
        sounddevice = library()
        before = _threads()
        self._is_starting = True
        try:
            self._stream.start()
        except sounddevice.PortAudioError as error:
            self._is_starting = False
            raise _refused(self.device, error) from error
        self._is_starting = False
        begun = _threads() - before
        self._thread = begun.pop() if len(begun) == 1 else None
        self._hurry()

    def calm(self) -> None:
        """Let others come before the device's thread, which is lost and may spin for ever."""
        if self._thread is not None:
            with contextlib.suppress(OSError):  # it has ended
                os.sched_setscheduler(self._thread, os.SCHED_OTHER, os.sched_param(0))
                os.setpriority(os.PRIO_PROCESS, self._thread, LOST_NICENESS)

    def close(self) -> None:
        """Stop at once, and close.  Again, or in a forked child, it does nothing.

        Raises:
            StuckError: It cannot be closed.
        """
        if self._is_open and not self.is_foreign:
            self._is_open = False
            if self._is_starting:  # in another thread, which was given up: any call would end the program
                raise StuckError
            self._stream.abort()
            self._stream.close()
            self.output.take_back()
            _streams.discard(self)
            control.is_needed = bool(_streams)

    @property
    def is_foreign(self) -> bool:
        """Whether this is another process than the one that opened it."""
        return os.getpid() != self._pid

    def _hurry(self) -> None:
        """Let the device's thread come first where the system permits it; else it is as any other.

        PortAudio has a call for that.  With it, 19.6 ends the program (an assertion fails) if the device is
        gone by then, so that the thread has ended before it is to come first.
        """
        if self._thread is not None and self.device.host == "ALSA":
            with contextlib.suppress(OSError):  # it may not
                os.sched_setscheduler(self._thread, os.SCHED_FIFO, os.sched_param(1))


def _threads() -> set[int]:
    """Those of this process, where the system tells."""
    try:
        return {int(thread.name) for thread in Path("/proc/self/task").iterdir()}
    except OSError:
        return set()


def close_later(stream: Stream) -> Work[None]:
    """Have a stream closed, or given up."""
    closing = control.post(stream.close, within=CLOSE_SECONDS)
    closing.future.add_done_callback(_leave_if_stuck)
    return closing


def _refused(device: Device, error: Any) -> Exception:  # noqa: ANN401 -- of a module without types
    number = error.args[1] if len(error.args) > 1 else 0
    if number == INVALID_RATE:
        return RateRefusedError()
    remedy = REMEDIES.get(number, "")
    return SinkError(f"the sound device {device.name!r} cannot be opened: {error.args[0]}{remedy}")


def _leave_if_stuck(closed: Future[None]) -> None:
    if isinstance(closed.exception(), StuckError):
        log.warning(
            "a sound device is gone and PortAudio waits for it: what it holds is left as it is"
            " until this program ends"
        )
        _leave_for_good()


def _leave_for_good() -> None:
    """Do not end PortAudio with the program: it would wait for a stream that cannot be closed.

    Nor is it unloaded, as the thread of that stream goes on in it.
    """
    import ctypes  # noqa: PLC0415 -- see rule 1

    control.is_needed = False
    for sounddevice in _loaded:
        atexit.unregister(sounddevice._exit_handler)  # noqa: SLF001 -- nothing else does
        ctypes.CDLL(sounddevice._libname)  # noqa: SLF001 -- likewise; what was loaded by ctypes stays


def _close_all() -> None:
    closing = [close_later(stream) for stream in list(_streams) if not stream.is_foreign]
    try:
        for each in closing:
            control.wait(each, seconds=CLOSE_SECONDS)
    except StuckError:
        _leave_for_good()


def _forget() -> None:
    if _streams:
        _leave_for_good()
        _streams.clear()


os.register_at_fork(after_in_child=_forget)
