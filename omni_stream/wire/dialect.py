"""What a dialect is: how the documents of one kind of service become events.

A dialect is one small file: where its documents hold audio, and a function from
a document to events.  It keeps no state and judges no error that services have
in common (see ``faults``).  ``read`` gives a ``Finished`` for whatever marks the
answer's end; the decoder holds it back until nothing more can come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from omni_stream.audio import AudioFormat
    from omni_stream.events import Event, Raw


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of answering.

    Attributes:
        name: What it is chosen by.
        read: The events of one document, in the order of the reply; an empty
            iterable where there is nothing a reader would want.  Total: it takes
            any JSON object without an exception.
        audio_format: What audio without a header is.
        audio_path: Where a document holds audio as base64, such as
            ``choices[].delta.audio.data``.
        silent_paths: Every other place that ``read`` looks at.  A document in which
            all of them are absent, null or empty is decoded natively, unseen by ``read``.
        end: The data that ends a stream, None if its end alone does.
    """

    name: str
    read: Callable[[Raw], Iterable[Event]]
    audio_format: AudioFormat
    audio_path: str
    silent_paths: tuple[str, ...]
    end: str | None
