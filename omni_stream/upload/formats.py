"""Formats by their usual names, and their media types.

MediaInfo has names of its own, and knows more than are listed here: what is not
keeps its name, in capitals, and its media type if that is of the right kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.media import Kind

_NAMES = {
    "ADTS": "AAC",
    "MPEG Audio": "MP3",
    "Wave": "WAV",
    "Flash Video": "FLV",
    "MPEG-4": "MP4",
    "MPEG-PS": "MPEG",
    "MPEG-TS": "TS",
    "Matroska": "MKV",
    "Windows Media": "WMV",
}
_NAMES_BY_BRAND = {"3g": "3GP", "qt": "MOV", "M4": "M4A"}  # of the family of MPEG-4, by two letters
_NAMES_WITHOUT_PICTURES = {"MKV": "MKA", "MP4": "M4A", "WMV": "WMA"}

_TYPES: dict[Kind, dict[str, str]] = {
    "image": {
        "AVIF": "image/avif",
        "BMP": "image/bmp",
        "GIF": "image/gif",
        "HEIC": "image/heic",
        "HEIF": "image/heif",
        "JP2": "image/jp2",
        "JPEG": "image/jpeg",
        "PNG": "image/png",
        "TIFF": "image/tiff",
        "WEBP": "image/webp",
    },
    "audio": {
        "3GP": "audio/3gpp",
        "AAC": "audio/aac",
        "AIFF": "audio/aiff",
        "AMR": "audio/amr",
        "FLAC": "audio/flac",
        "M4A": "audio/mp4",
        "MKA": "audio/x-matroska",
        "MP3": "audio/mpeg",
        "OGG": "audio/ogg",
        "WAV": "audio/wav",
        "WEBM": "audio/webm",
        "WMA": "audio/x-ms-wma",
    },
    "video": {
        "3GP": "video/3gpp",
        "AVI": "video/x-msvideo",
        "FLV": "video/x-flv",
        "MKV": "video/x-matroska",
        "MOV": "video/quicktime",
        "MP4": "video/mp4",
        "MPEG": "video/mpeg",
        "OGG": "video/ogg",
        "TS": "video/mp2t",
        "WEBM": "video/webm",
        "WMV": "video/x-ms-wmv",
    },
}


def format_of(told: str, *, brand: str, kind: Kind | None) -> str:
    """The usual name, in capitals, of the format that MediaInfo calls ``told``.

    Args:
        told: MediaInfo's name of the container.
        brand: What a file of the family of MPEG-4 says it is, such as "isom" or "3gp4"; else "".
        kind: What is in it.
    """
    name = _NAMES.get(told, told.upper())
    if name == "MP4":
        name = _NAMES_BY_BRAND.get(brand[:2], name)
    return _NAMES_WITHOUT_PICTURES.get(name, name) if kind == "audio" else name


def kind_of(format: str) -> Kind | None:
    """The kind of what a format is for, None where it is for several or not listed."""
    kinds = [kind for kind, types in _TYPES.items() if format in types]
    return kinds[0] if len(kinds) == 1 else None


def media_type_of(format: str, kind: Kind, *, told: str = "") -> str | None:
    """The media type of a format with content of that kind; ``told`` is MediaInfo's word, "" for none."""
    known = _TYPES[kind].get(format)
    return known or (told.lower() if told.lower().startswith(f"{kind}/") else None)


def format_of_type(media_type: str) -> str | None:
    """The format that has this media type, None where none is listed."""
    every = {known: format for types in _TYPES.values() for format, known in types.items()}
    return every.get(media_type.lower())
