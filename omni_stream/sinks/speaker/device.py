"""Sound devices: what there is to say of one, and which one is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from omni_stream.errors import SinkError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

ALSA_NUMBER: Final = re.compile(r" \(hw:\d+,\d+\)$")
"""What PortAudio puts behind a name: a card that was plugged in again may have another one."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that plays.

    Attributes:
        index: Its number; another one after devices have come or gone.
        name: Its name.
        host: Through which of the system's interfaces, such as "ALSA" or "Windows WASAPI"; a
            device may be there through several.
        channels: How many it has at most.
        rate: The rate that it has by default, in Hz; most take others, too.
        low_latency_seconds: From a sample given to it to the ear, at the least that it is made for.
        high_latency_seconds: The same, where it is robust.
        is_default: Whether it is the one that is used if none is named.
    """

    index: int
    name: str
    host: str
    channels: int
    rate: int
    low_latency_seconds: float
    high_latency_seconds: float
    is_default: bool


def check_wanted(wanted: object) -> None:
    """Refuse what names no device.

    Raises:
        UsageError: It is no number of a device, and no name.
    """
    is_number = isinstance(wanted, int) and not isinstance(wanted, bool) and wanted >= 0
    if wanted is not None and not is_number and not (isinstance(wanted, str) and wanted.strip()):
        raise UsageError(f"a device is its name, a part of it, or its number from 0 on, not {wanted!r}")


def find(devices: Sequence[Device], wanted: str | int | None) -> Device:
    """The device that is meant: by number, by name, by a part of the name that no other has, or the default.

    Raises:
        SinkError: There is none.
        UsageError: The part is in several names.
    """
    if not devices:
        raise SinkError(
            "there is no sound device: plug one in, or start the system's sound server;"
            " `omni-stream devices` shows those that there are"
        )
    if wanted is None:
        return next((device for device in devices if device.is_default), devices[0])
    if isinstance(wanted, int):
        found = [device for device in devices if device.index == wanted]
    else:
        found = _named(devices, wanted)
    if not found:
        raise SinkError(f"there is no sound device {wanted!r}; there is {_shown(devices)}")
    if len({device.name for device in found}) > 1:
        raise UsageError(f"{wanted!r} may be any of {_shown(found)}; say more of its name, or its number")
    return next((device for device in found if device.is_default), found[0])


def find_again(devices: Sequence[Device], wanted: str | int | None, lost: Device) -> Device:
    """The device that is meant after one was lost, as which the same number may be another one's now.

    Raises:
        SinkError: There is none.
        UsageError: The name is a part of several.
    """
    if wanted is None:
        return find(devices, None)
    name = ALSA_NUMBER.sub("", lost.name)
    same = [each for each in devices if each.host == lost.host and ALSA_NUMBER.sub("", each.name) == name]
    if same:
        return next((each for each in same if each.name == lost.name), same[0])
    return find(devices, wanted if isinstance(wanted, str) else lost.name)


def _named(devices: Sequence[Device], wanted: str) -> list[Device]:
    folded = wanted.casefold()
    return (
        [device for device in devices if device.name == wanted]
        or [device for device in devices if device.name.casefold() == folded]
        or [device for device in devices if folded in device.name.casefold()]
    )


def _shown(devices: Sequence[Device]) -> str:
    return ", ".join(f"{device.index}: {device.name}" for device in devices)
