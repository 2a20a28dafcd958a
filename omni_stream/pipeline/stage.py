"""What a stage is: a function from an async iterator to an async iterator.

Any async generator function of one argument is a stage; there is nothing to
inherit from and nothing to register.  A stage reads its argument and yields; it
closes nothing upstream, since the `Pipeline` that it is put into does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TypeAlias, TypeVar

A = TypeVar("A")
B = TypeVar("B")

Stage: TypeAlias = Callable[[AsyncIterator[A]], AsyncIterator[B]]
"""`Stage[A, B]` reads items of A and yields items of B."""
