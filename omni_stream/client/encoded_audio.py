"""The audio of an answer as it came, for whoever keeps it so: an MP3 file as MP3.

Only what made text of it, base64 or hex, is undone.  Where a service sends a WAV
head with each piece, each is given, since nothing of the audio is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import EXCERPT_BYTES, ProtocolError
from omni_stream.events import AudioDelta, Finished
from omni_stream.wire.encoded import EncodedBytes

if TYPE_CHECKING:
    from omni_stream.wire import Item


class EncodedAudio:
    """Takes the items of one answer, audio in them as it came, and gives its bytes."""

    __slots__ = ("_bytes",)

    def __init__(self) -> None:
        self._bytes: EncodedBytes | None = None

    def __call__(self, items: list[Item]) -> list[bytes]:
        """The audio in ``items``, none of it empty.

        Raises:
            ProtocolError: It is not of its encoding.
        """
        runs = [self._run(item) for item in items if isinstance(item, AudioDelta | Finished)]
        return [run for run in runs if run]

    def _run(self, item: AudioDelta | Finished) -> bytes:
        try:
            if isinstance(item, Finished):
                return b"" if self._bytes is None else self._bytes.finish()
            if self._bytes is None:
                self._bytes = EncodedBytes(item.encoding)
            return self._bytes.decode(item.encoded)
        except ValueError as error:
            encoded = item.encoded if isinstance(item, AudioDelta) else ""
            raise ProtocolError(
                str(error), excerpt=encoded[:EXCERPT_BYTES].encode(errors="replace")
            ) from None
