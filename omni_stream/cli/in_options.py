"""An error of the library in the words of the command line: what is an argument there is an option here.

What is no option here is left out of the remedies.  What a service says is its own, and stays.
"""

from __future__ import annotations

import re
from typing import Final

import omni_stream as omni

_WORDS: Final = tuple(
    (re.compile(words), option)
    for words, option in (
        (r"check=False", "--no-check"),
        (
            r'for modalities=\["text"\], or tell the role in turns, with Conversation\(.*\)',
            "with --text-only",
        ),
        (r" in messages\[\d+\]", ""),
        (r"\bmessages\[\d+\] has\b", "one has"),
        (r"catalog\.voices_of", "`omni-stream voices`"),
        (r"\bthinking=True", "--thinking"),
        (r"\boverwrite=True", "--overwrite"),
        (r"\bretries=(\d+)", r"--retries \1"),
        (r"\b(provider|region)='([\w-]+)'", r"--\1 \2"),
        (r"\bbase_url\b", "--base-url"),
        (r"\bTimeouts\.(\w+)", r"--timeout \1"),
        (r"\bomni\.Image\b", "a picture"),
        (r"\bomni\.Audio\b", "a recording"),
        (r"\bomni\.Video\b", "a video"),
        (r", or say with media_type what it is to send it unchecked", ""),
        (r",? or give (this server's own key as )?api_key", ""),
        (r"give the key as api_key", "set the key in the environment"),
        (r"; what had come is in \.partial", ""),
    )
)


def in_options(error: BaseException) -> str:
    """What ``error`` says, with the options that it is about."""
    sentence = str(error)
    if not isinstance(error, omni.ApiError):
        for words, option in _WORDS:
            sentence = words.sub(option, sentence)
    return sentence
