"""How a room offers what is in its files without importing them all.

A file is imported when a name of it is first asked for: making the classes of a room that a
program does not use takes longer than all that it does with the others.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def offered(room: str, files: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a room.

    Args:
        room: The module's ``__name__``.
        files: The names that each file of the room has to offer, with spaces between.
    """
    file_of = {name: file for file, names in files.items() for name in names.split()}

    def find(name: str) -> object:
        file = file_of.get(name)
        if file is None:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        found: object = getattr(import_module(f"{room}.{file}"), name)
        setattr(sys.modules[room], name, found)  # which is looked at first from now on
        return found

    return find
