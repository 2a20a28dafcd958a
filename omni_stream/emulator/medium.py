"""A medium of a prompt: what a message holds is looked at, and what is behind a URL never fetched."""

from __future__ import annotations

import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import omni_stream as omni
from omni_stream.emulator.fields import clean
from omni_stream.emulator.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

MediumKind = Literal["image", "audio", "video"]

_NAME_CHARACTERS = 60  # a longer one would take its answer over
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S", re.IGNORECASE)
_DATA_HEAD = re.compile(r"data:[^,]{0,512},", re.IGNORECASE)
_MEDIA = {"image": omni.Image, "audio": omni.Audio, "video": omni.Video}


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, a sound or a film of a prompt.

    Attributes:
        kind: What it is.
        source: Its URL; for what the message holds, a digest of its content; "" for a list of pictures.
        facts: What was found in it; None where it was not looked at.
        pictures: Those of a film that is a list of them.
    """

    kind: MediumKind
    source: str
    facts: omni.MediaFacts | None = None
    pictures: tuple[Medium, ...] = ()

    @property
    def name(self) -> str | None:
        """The file name at the end of its URL, its last 60 characters; None if there is none."""
        if self.facts is not None:
            return None
        path = re.split("[?#]", self.source, maxsplit=1)[0]
        return path.rstrip("/").rpartition("/")[2][-_NAME_CHARACTERS:] or None


def at_url(kind: MediumKind, url: str) -> Medium:
    """The medium at a URL, or in a data URI.

    Raises:
        Refusal: It is neither, or what is in it is no such medium.
    """
    if head := _DATA_HEAD.match(url):
        if not head[0].lower().endswith(";base64,"):
            raise Refusal(f"The data URI of the {kind} must be encoded in base64.")
        return in_base64(kind, url[head.end() :])
    if not _URL.match(url):
        raise Refusal("The provided URL does not appear to be valid. Ensure it is correctly formatted.")
    return Medium(kind, clean(url))


def in_base64(kind: MediumKind, encoded: str) -> Medium:
    """The medium that a message holds.

    Raises:
        Refusal: It is no base64, or what is in it is no such medium.
    """
    try:
        content = binascii.a2b_base64(encoded, strict_mode=True) if encoded else b""
    except ValueError:
        raise Refusal(f"The base64 of the {kind} is not valid: Incorrect padding.") from None
    if not content:
        raise Refusal(f"The {kind} is empty")
    try:
        facts = omni.inspect(_MEDIA[kind](content))
    except omni.UsageError:
        raise Refusal(f"The {kind} format is illegal and cannot be opened.") from None
    return Medium(kind, hashlib.blake2b(content, digest_size=16).hexdigest(), facts)


def of_pictures(urls: Sequence[str]) -> Medium:
    """The film that is a list of pictures.

    Raises:
        Refusal: What ``at_url`` refuses.
    """
    return Medium("video", "", pictures=tuple(at_url("image", url) for url in urls))
