"""msgspec and pybase64 by hand: the best that was found in Python.

Only the keys that matter become objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from pybase64 import b64decode

from side_by_side.peers.data_lines import DataLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from side_by_side.contender import Append


class _Audio(msgspec.Struct, gc=False):
    data: str = ""


class _Delta(msgspec.Struct, gc=False):
    content: str | None = None
    audio: _Audio | None = None


class _Choice(msgspec.Struct, gc=False):
    delta: _Delta


class _Chunk(msgspec.Struct, gc=False):
    choices: list[_Choice]


_loads = msgspec.json.Decoder(_Chunk).decode


async def decode(reads: Sequence[bytes], append: Append) -> None:
    """Lines split by hand."""
    lines = DataLines()
    for content in reads:
        for document in lines.feed(content):
            choices = _loads(document).choices
            if choices and (audio := choices[0].delta.audio) and audio.data:
                append(b64decode(audio.data, validate=True))
