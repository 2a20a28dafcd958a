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
        head: The head for a format and a number of bytes of PCM, None where that is not known
            yet; of one length whatever they are, so that it can be put right.
        stream_head: The head for a format where nothing can be put right later.
    """

    head: Callable[[AudioFormat, int | None], bytes]
    stream_head: Callable[[AudioFormat], bytes]
