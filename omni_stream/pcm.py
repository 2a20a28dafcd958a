"""Audio deltas, encoded or not -> ``AudioFrame``s.

* Text may be split anywhere, with white space in it.  Base64 may be padded
  anywhere, of the standard or the URL-safe alphabet (RFC 4648); hexadecimal may
  be of either case.
* A delta may begin with a WAV head of 16-bit integers or 32-bit floats, which
  sets the format from there on.  It is read by its chunks; its sizes are not
  trusted, since streams put placeholders there.
* Floats become int16 times 2^15, to the nearest, half to even; what is over full
  scale stays at it, and what is no number is silence.
* Part of a sample frame waits for the next delta; it is never padded.
* A delta is taken whole or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream import _native
from omni_stream.errors import ProtocolError

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from omni_stream.audio import AudioFormat, AudioFrame

__all__ = ["AudioDecoder"]


class AudioDecoder(_native.AudioDecoder):
    """The incremental decoder of the audio of one stream.

    Args:
        format: What samples without a WAV head are.
        encoding: How their bytes are written as text: "base64" or "hex".
        sample: How they are written as bytes: "s16", or "f32" for 32-bit floats of which -1 to 1
            is full scale; little-endian.

    Attributes:
        seconds: Seconds of audio decoded so far, over all formats.
        rest_bytes: Bytes that are in no frame: those of one that waits for its rest, and those
            whose rest never came, as a head, another format, or broken audio came before it.

    Raises:
        ValueError: The encoding or the sample is none of these.
    """

    __slots__ = ()

    def decode(self, encoded: str, format: AudioFormat | None = None) -> AudioFrame | None:
        """Decode the next delta.

        Args:
            encoded: Its text, as it came.
            format: What it says of itself; None if nothing.  It counts from here on where it is
                not the one given before; else what a WAV head said does, as does one in this delta.

        Returns:
            The frames that it completes, None if there are none.

        Raises:
            ProtocolError: It is not of the encoding, or begins with a WAV head of anything but
                16-bit integers or 32-bit floats, mono or stereo.  Nothing of it is taken; the next
                delta begins a new frame.
        """
        try:
            return _native.AudioDecoder.decode(self, encoded, format)
        except _native.AudioFault as fault:
            raise ProtocolError(str(fault), excerpt=encoded[:80].encode(errors="replace")) from None

    def decode_bytes(self, content: Buffer, format: AudioFormat | None = None) -> AudioFrame | None:
        """Take the next delta of a stream whose audio is not written as text.

        Args:
            content: Its bytes.
            format: As for `decode`.

        Returns:
            The frames that it completes, None if there are none.

        Raises:
            ProtocolError: As from `decode`, of its head.
        """
        try:
            return _native.AudioDecoder.decode_bytes(self, content, format)
        except _native.AudioFault as fault:
            raise ProtocolError(str(fault), excerpt=bytes(memoryview(content).cast("B")[:80])) from None

    def finish(self) -> AudioFrame | None:
        """The stream has ended: what was still waiting for more.

        Returns:
            Frames held back because they could have been the start of a WAV head, and those of a
            last base64 quantum without its padding; None if there are none.

        Raises:
            ProtocolError: The end cuts off a base64 quantum, a byte in hex, or a WAV head.
        """
        try:
            return _native.AudioDecoder.finish(self)
        except _native.AudioFault as fault:
            raise ProtocolError(str(fault)) from None
