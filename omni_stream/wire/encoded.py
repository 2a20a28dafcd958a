"""Bytes written as text in deltas -> the bytes, for audio that is compressed.

PCM is decoded natively (see ``omni_stream.pcm``); this is for the few deltas of
a codec that has a decoder of its own.  A quantum split over two deltas is
carried; padding ends a run of base64, and the next delta begins another.
"""

from __future__ import annotations

from binascii import a2b_base64, a2b_hex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.events import Encoding

_QUANTUM = {"base64": 4, "hex": 2}
_URL_SAFE = str.maketrans("-_", "+/")


class EncodedBytes:
    """The incremental decoder of the text of one stream's deltas."""

    __slots__ = ("_encoding", "_rest")

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._rest = ""

    def decode(self, text: str) -> bytes:
        """The bytes that the next delta completes.

        Raises:
            ValueError: It is not of the encoding; the next delta begins anew.
        """
        text = "".join([self._rest, *text.split()])
        whole = len(text) - len(text) % _QUANTUM[self._encoding]
        self._rest = text[whole:]
        try:
            if self._encoding == "hex":
                return a2b_hex(text[:whole])
            return a2b_base64(text[:whole].translate(_URL_SAFE), strict_mode=True)
        except ValueError as error:
            self._rest = ""
            raise ValueError(f"an audio delta is not {self._encoding} ({error})") from None

    def finish(self) -> bytes:
        """The stream has ended: what a last quantum without its padding holds.

        Raises:
            ValueError: The end cuts off a quantum.
        """
        rest, self._rest = self._rest, ""
        if not rest:
            return b""
        if self._encoding == "hex" or len(rest.rstrip("=")) == 1:
            raise ValueError(f"the end cuts off a quantum of {self._encoding}")
        return a2b_base64(rest.translate(_URL_SAFE) + "=" * (-len(rest) % 4))
