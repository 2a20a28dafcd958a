"""``omni-stream``, which notes when it came where.

The times are those of `time.monotonic`, as JSON in the file that OMNI_STREAM_MARKS names.
"""

import time

BEGUN = time.monotonic()

import json  # noqa: E402 -- the interpreter has started before anything is imported
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from omni_stream.cli import app  # noqa: E402

MARKS = {"interpreter": BEGUN, "imports": time.monotonic()}

import omni_stream as omni  # noqa: E402


def mark(place: type, method: str, name: str, *, ends: bool) -> None:
    """Note when a method is first called, or first ends."""
    called: Any = getattr(place, method)

    async def noting(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 -- whatever it takes and gives
        if not ends:
            MARKS.setdefault(name, time.monotonic())
        result = await called(*arguments, **options)
        MARKS.setdefault(name, time.monotonic())
        return result

    setattr(place, method, noting)


mark(omni.Client, "__aenter__", "command", ends=False)
mark(omni.Reply, "__aenter__", "request", ends=True)
mark(omni.Speaker, "write", "audio", ends=False)
try:
    app(sys.argv[1:], prog_name="omni-stream")
finally:
    Path(os.environ["OMNI_STREAM_MARKS"]).write_text(json.dumps(MARKS))
