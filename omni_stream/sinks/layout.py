"""What a file holds besides the PCM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from omni_stream.audio import AudioFormat


@dataclass(frozen=True, slots=True)
class Layout:
    """A head, and the PCM behind it.

    Attributes:
        head: The head for a format and a number of bytes of PCM, None where that cannot be
            known; of one length whatever they are.
        most_bytes: The most PCM, in bytes, that the head can state; None without a limit.
        limit: Where `most_bytes` comes from, for the error.
    """

    head: Callable[[AudioFormat, int | None], bytes]
    most_bytes: int | None = None
    limit: str = ""
