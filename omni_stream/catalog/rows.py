"""Opens a data file of the catalog.

A file is read once, and what is read is never changed.  It ships with the package
and is trusted: a row that does not fit its class is a fault of the package, found
by its tests.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def read_rows(file: str) -> dict[str, Any]:
    """The JSON object in ``file``, a name in this folder."""
    content: dict[str, Any] = json.loads(resources.files("omni_stream.catalog").joinpath(file).read_bytes())
    return content
