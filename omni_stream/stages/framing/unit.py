"""What compressed sound is made of, and what cuts a stream into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Unit:
    """What a decoder takes at once.

    Attributes:
        content: Its bytes.
        setup: What a new decoder has to know before; None where the unit goes on with the stream.
        total_frames: How many frames the stream has, where its last unit says so; what it decodes
            to beyond them is padding.
    """

    content: bytes
    setup: bytes | None = None
    total_frames: int | None = None


class Framing(Protocol):
    """Cuts a stream into units, however it arrives; holds no more than one of them needs.

    After an error it goes on with what is behind the broken bytes when it is fed again, were it
    with nothing.
    """

    def feed(self, content: bytes) -> Iterator[Unit]:
        """The units that the next bytes complete.

        Raises:
            ProtocolError: They are not of the format.
        """

    def close(self) -> Iterator[Unit]:
        """The stream has ended: the unit that only waited to be told from the next one."""
