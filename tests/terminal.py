"""A terminal with the program at it, as a person has it."""

import fcntl
import os
import pty
import re
import struct
import termios
import threading
import time

from canary import look
from command_line import BOUND_SECONDS


class Terminal:
    """Starts the program with `start`, at a terminal of its own."""

    def __init__(self, start, *arguments, columns=80):
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = start(*arguments, stdin=theirs, stdout=theirs, stderr=theirs, TERM="xterm-256color")
        os.close(theirs)
        self._shown = b""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def type(self, text):
        os.write(self._ours, text.encode())

    def until(self, pattern, after=0):
        """Wait until it is shown; gives the byte at which it ends."""
        deadline = time.monotonic() + BOUND_SECONDS
        while not (found := re.compile(pattern.encode()).search(self._shown, after)):
            assert time.monotonic() < deadline, self._shown
            time.sleep(0.01)
        return found.end()

    def end(self):
        """Wait for the program's end; gives all that was shown, and the exit code."""
        code = self.process.wait(BOUND_SECONDS)
        self._reader.join(BOUND_SECONDS)
        os.close(self._ours)
        look("a terminal", self._shown)
        return self._shown.decode(), code

    def _read(self):
        while True:
            try:
                self._shown += os.read(self._ours, 65_536)
            except OSError:  # Linux says so when the other side is closed
                return
