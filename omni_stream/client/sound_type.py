"""What a Content-Type says of a body that is the audio itself.

Services that are asked for events and know of none answer with the audio, and
are taken at their word for how it is written.  Raw PCM says its rate in a
parameter or not at all, and then has the one that was asked for.  It is
little-endian, under the name of L16 too: RFC 2586 says big-endian, and no
service seen sends that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from omni_stream.audio import AudioFormat

if TYPE_CHECKING:
    from omni_stream.events import Codec
    from omni_stream.wire import Coding

_RAW = frozenset({"audio/pcm", "audio/l16", "audio/x-pcm", "audio/raw"})
_AS_ASKED = frozenset({"application/octet-stream", "binary/octet-stream"})
_CODECS: dict[str, Codec] = {
    **dict.fromkeys(("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"), "pcm"),
    **dict.fromkeys(("audio/mpeg", "audio/mp3"), "mp3"),
    **dict.fromkeys(("audio/ogg", "audio/opus"), "opus"),
    **dict.fromkeys(("audio/flac", "audio/x-flac"), "flac"),
    **dict.fromkeys(("audio/aac", "audio/x-aac", "audio/aacp"), "aac"),
}


def sound_coding(content_type: str, asked: Coding) -> Coding | None:
    """How a body of that type is written; None if it is no audio, or none that is known.

    Args:
        content_type: The value of the header.
        asked: How audio was asked to be written.
    """
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    asked = replace(asked, encoding="base64")  # as bytes are given that came as bytes
    if kind in _AS_ASKED:
        return asked
    if kind in _RAW:
        format = _format(parameters, asked.format)
        codec: Codec = "pcm-f32" if asked.codec == "pcm-f32" else "pcm"
        return None if format is None else replace(asked, format=format, codec=codec)
    known = _CODECS.get(kind)
    return None if known is None else replace(asked, codec=known)


def _format(parameters: list[str], asked: AudioFormat) -> AudioFormat | None:
    """The format that the parameters state, as far as they do; None if there is no such."""
    plain = (parameter.replace(" ", "").replace('"', "") for parameter in parameters)
    stated = dict(parameter.split("=", 1) for parameter in plain if "=" in parameter)
    try:
        return AudioFormat(int(stated.get("rate", asked.rate)), int(stated.get("channels", asked.channels)))
    except (ValueError, OverflowError):
        return None
