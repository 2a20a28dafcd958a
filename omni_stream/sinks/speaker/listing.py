"""Which devices there are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from omni_stream.errors import SinkError
from omni_stream.sinks.speaker import portaudio
from omni_stream.sinks.speaker.control import StuckError, control

if TYPE_CHECKING:
    from omni_stream.sinks.speaker.device import Device

LIST_SECONDS: Final = 30.0
"""Each device is tried, and one that is busy takes a second."""


def devices(*, anew: bool = False) -> list[Device]:
    """The sound devices that play, as they were when this program first asked.

    It blocks while PortAudio tries each of them, some ms a device, the first time.

    Args:
        anew: Look again for those that have come or gone.  It does nothing while a speaker is open,
            and closes what the program itself has open through sounddevice.

    Raises:
        SinkError: PortAudio is not installed, or a device does not answer.
    """
    listing = control.post(partial(portaudio.devices, anew=anew), within=LIST_SECONDS)
    try:
        return control.wait(listing, seconds=LIST_SECONDS)
    except StuckError:
        raise SinkError(
            f"the sound devices have not answered within {LIST_SECONDS:.0f} s; see whether the system's sound"
            " server is alive"
        ) from None
