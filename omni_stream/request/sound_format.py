"""The word for the format of a recording, as ``input_audio.format`` says it: wav, mp3, ...

What the caller says comes first, then what the content shows; of a URL, whose
content only the service sees, what its name ends in.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from omni_stream.media import MediaFacts, Medium

_BY_SUBTYPE = {
    "mpeg": "mp3",
    "wave": "wav",
    "vnd.wave": "wav",
    "mp4": "m4a",
    "3gpp": "3gp",
    "3gpp2": "3gp",
}
"""Where a media type (of the IANA's list, or in use) has another word for it; "x-" is left out before."""

_WORD = r"[a-z0-9.+-]{1,16}"


def format_of_facts(medium: Medium, facts: MediaFacts) -> str:
    """The format of a local recording.

    Raises:
        UsageError: Neither the caller says it nor the content shows it.
    """
    if medium.media_type is not None:
        return format_of_type(medium.media_type)
    if facts.format is not None and re.fullmatch(_WORD, word := facts.format.lower()):
        return word
    if facts.media_type is not None:
        return format_of_type(facts.media_type)
    raise UsageError(f'the format of the {medium} is not known; say it, as in media_type="audio/wav"')


def format_of_type(media_type: str) -> str:
    """The word for a media type such as audio/x-wav."""
    subtype = media_type.lower().partition("/")[2].removeprefix("x-")
    return _BY_SUBTYPE.get(subtype, subtype)


def format_of_url(url: str) -> str | None:
    """The word at the end of a URL's path, or in the head of a data URI; None if there is none."""
    scheme, _, rest = url.partition(":")
    if scheme.lower() == "data":
        media_type = rest.partition(",")[0].partition(";")[0]
        return format_of_type(media_type) if "/" in media_type else None
    try:
        suffix = PurePosixPath(urlsplit(url).path).suffix
    except ValueError:  # no address at all; the service says what it makes of it
        return None
    word = suffix[1:].lower()
    return word if re.fullmatch(_WORD, word) and word.isalnum() else None
