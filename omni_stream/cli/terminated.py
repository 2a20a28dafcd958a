"""SIGTERM, by which ``timeout``, containers and CI runners end a program."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Within this, SIGTERM does what Ctrl-C does; for the main thread.

    A second one does nothing: ``timeout`` sends two, and the second would end what the first has begun.
    """

    def interrupt(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_IGN)
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
