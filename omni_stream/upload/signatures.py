"""Which format a picture has, told from its first bytes.

Each format's own specification says how its files begin.
"""

from __future__ import annotations

SIGNATURE_BYTES = 256
"""As many as are looked at: the brands of the family of MPEG-4 come within them."""

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JP2",
}
_BRANDS = {
    b"avif": "AVIF",
    b"avis": "AVIF",
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"heim": "HEIC",
    b"heis": "HEIC",
    b"hevc": "HEIC",
    b"hevx": "HEIC",
}
_SHARED_BRANDS = {b"mif1", b"msf1"}  # of AVIF and HEIC alike: another brand of the file says which


def picture_format(head: bytes) -> str | None:
    """The format of the picture that begins so, None where it begins like no picture."""
    for beginning, name in _BEGINNINGS.items():
        if head.startswith(beginning):
            return name
    if head.startswith(b"BM") and head[6:10] == bytes(4):  # two bytes are few, and these are reserved
        return "BMP"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return _format_by_brand(head) if head[4:8] == b"ftyp" else None


def _format_by_brand(head: bytes) -> str | None:
    """The format of a file whose first box says of which brands it is."""
    box = head[: int.from_bytes(head[:4], "big")]
    brand, brands = box[8:12], [box[at : at + 4] for at in range(16, len(box), 4)]
    if brand not in _SHARED_BRANDS:
        return _BRANDS.get(brand)
    return next((_BRANDS[other] for other in brands if other in _BRANDS), "HEIF")
