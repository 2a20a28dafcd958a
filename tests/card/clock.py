"""The wall clock of a program, set by a test (clock.c); the card's own is none that can be set."""

import mmap

from card.build import build


class Clock:
    """As the system's, until it is set."""

    def __init__(self, folder):
        self._file = folder / "clock"
        self._file.write_bytes(bytes(mmap.PAGESIZE))
        with self._file.open("r+b") as file:
            self._ahead = memoryview(mmap.mmap(file.fileno(), 0)).cast("q")

    def environment(self):
        """What a program needs in its environment to go by this one."""
        return {"LD_PRELOAD": str(build() / "clock.so"), "CLOCK_AHEAD": str(self._file)}

    def set_ahead(self, seconds):
        """It jumps, and is so many seconds ahead of the system's."""
        self._ahead[0] = seconds
