"""No file of a run has a key in it: where one would stand, there is ``***``.

* A key of the environment is found wherever it stands; another by how it is written: after ``Bearer``, in
  a URL, or behind ``sk-``.
* In a config, so is what stands under the name of a secret.
"""

from __future__ import annotations

import os
import re

import omni_stream as omni

HIDDEN = "***"

_LEAST_CHARACTERS = 8
"""What is shorter is no key, and may be part of any word."""

_WRITTEN = re.compile(
    r"(?i)(?<=\bbearer )[^\s\"'\\]{12,}"
    r"|(?<=://)[^\s/@\"'\\]+(?=@)"
    r"|(?<=[?&]key=)[^\s&\"'\\]+|(?<=[_-]key=)[^\s&\"'\\]+|(?<=token=)[^\s&\"'\\]+"
    r"|\bsk-[\w-]{16,}"
)
_SECRET = re.compile(r"(?i)(^|[_-])(key|token|secret|password|authorization|cookie|credentials?)$|apikey$")


def redacted(text: str) -> str:
    """``text`` without keys."""
    for provider in omni.catalog.providers():
        key = os.environ.get(provider.key_variable, "")
        if len(key) >= _LEAST_CHARACTERS:
            text = text.replace(key, HIDDEN)
    return _WRITTEN.sub(HIDDEN, text)


def without_secrets(value: object) -> object:
    """``value``, of which mappings and lists may be parts, without what stands under a secret's name."""
    if isinstance(value, dict):
        return {
            name: HIDDEN
            if isinstance(name, str) and _SECRET.search(name) and part is not None
            else without_secrets(part)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_secrets(part) for part in value]
    return value
