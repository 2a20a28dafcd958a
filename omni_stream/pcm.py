"""Encoded audio deltas -> ``AudioFrame``s.

* Base64 may be split anywhere, padded anywhere, of the standard or the URL-safe
  alphabet (RFC 4648), with white space in it.
* A delta may begin with a WAV head, which sets the format from there on. It is
  read by its chunks; its sizes are not trusted, since streams put placeholders
  there.
* Part of a sample frame waits for the next delta; it is never padded.
* A delta is taken whole or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream import _native
from omni_stream.errors import ProtocolError

if TYPE_CHECKING:
    from omni_stream.audio import AudioFrame

__all__ = ["AudioDecoder"]


class AudioDecoder(_native.AudioDecoder):
    """The incremental decoder of the audio of one stream.

    Args:
        format: What samples without a WAV head are.

    Attributes:
        seconds: Seconds of audio decoded so far, over all formats.
        rest_bytes: Bytes of a frame that wait for the rest of it; after ``finish`` those that
            never became one.
    """

    __slots__ = ()

    def decode(self, encoded: str) -> AudioFrame | None:
        """Decode the next delta.

        Args:
            encoded: Its base64, as it came.

        Returns:
            The frames that it completes, None if there are none.

        Raises:
            ProtocolError: It is not base64, or begins with a WAV head of anything but 16-bit
                mono or stereo PCM. Nothing of it is taken; the next delta begins a new frame.
        """
        try:
            return _native.AudioDecoder.decode(self, encoded)
        except _native.AudioFault as fault:
            raise ProtocolError(str(fault), excerpt=encoded[:80].encode(errors="replace")) from None

    def finish(self) -> AudioFrame | None:
        """The stream has ended: what was still waiting for more.

        Returns:
            Frames held back because they could have been the start of a WAV head, and those of a
            last base64 quantum without its padding; None if there are none.

        Raises:
            ProtocolError: The end cuts off a base64 quantum or a WAV head.
        """
        try:
            return _native.AudioDecoder.finish(self)
        except _native.AudioFault as fault:
            raise ProtocolError(str(fault)) from None
