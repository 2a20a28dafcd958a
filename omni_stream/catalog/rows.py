"""Opens a data file of the catalog.

A file is read once, and what is read is never changed.  It ships with the package
and is trusted: a row that does not fit its class is a fault of the package, found
by its tests.  It lies beside this file: a package with native code is installed as files,
and ``importlib.resources``, which reads from archives too, takes longer to import than all of it to read.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def read_rows(file: str) -> dict[str, Any]:
    """The JSON object in ``file``, a name in this folder."""
    content: dict[str, Any] = json.loads(Path(__file__).with_name(file).read_bytes())
    return content
