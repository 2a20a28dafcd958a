"""What a program needs of PyAudio to play sound, for a machine without a sound card: it keeps the bytes."""

paInt16 = 8  # noqa: N816 -- PyAudio's own name

played = []
"""Of each stream that was opened: what it was opened with, and the bytes written to it."""


class PyAudio:
    def open(self, **options):
        return Stream(options)

    def terminate(self):
        pass


class Stream:
    def __init__(self, options):
        self.written = bytearray()
        self.is_open = True
        played.append((options, self.written))

    def write(self, frames):
        assert self.is_open
        self.written += frames

    def stop_stream(self):
        assert self.is_open

    def close(self):
        self.is_open = False
