"""Plays through PortAudio: ``python through_portaudio.py RATE CHANNELS LATENCY SAMPLES``.

It answers each line that it is sent with one of its own, in JSON:

* "devices": the names of all devices, and which is the default
* "write" or "callback": open the default device and play all samples, with one blocking call after the
  other or as they are asked for; "playing", or the number of PortAudio's error
* "state": what can be seen of the stream
* "close": "closed", once it is
"""

import json
import sys
import threading
from pathlib import Path

import sounddevice

BLOCK_SECONDS = 0.02


class Player:
    """A stream, and what can be seen of it."""

    def __init__(self, how, rate, channels, latency, samples):
        self.blocks = 0
        self.is_finished = False
        self.error = None
        self.samples = memoryview(samples)
        self.block_bytes = round(BLOCK_SECONDS * rate) * 2 * channels
        self.stream = sounddevice.RawOutputStream(
            samplerate=rate,
            channels=channels,
            dtype="int16",
            latency=latency,
            callback=self.give if how == "callback" else None,
            finished_callback=self.finish,
        )
        self.padding = bytes(round((self.stream.latency + BLOCK_SECONDS) * rate) * 2 * channels)
        self.stream.start()
        if how == "write":
            threading.Thread(target=self.write, daemon=True).start()

    def give(self, out, _frames, _time, _status):
        self.blocks += 1
        piece = self.samples[: len(out)]
        out[: len(piece)] = piece
        out[len(piece) :] = bytes(len(out) - len(piece))
        self.samples = self.samples[len(piece) :]

    def write(self):
        """All of it, and so much silence that the end has been played when the last call returns."""
        content = bytes(self.samples) + self.padding
        try:
            for begin in range(0, len(content), self.block_bytes):
                self.stream.write(content[begin : begin + self.block_bytes])
                self.blocks += 1
        except sounddevice.PortAudioError as error:
            self.error = error.args[1]

    def finish(self):
        self.is_finished = True

    def state(self):
        return {
            "active": self.stream.active,
            "finished": self.is_finished,
            "error": self.error,
            "blocks": self.blocks,
            "latency": self.stream.latency,
        }

    def close(self):
        self.stream.abort()
        self.stream.close()


def main(rate, channels, latency, samples):
    player = None
    for line in map(str.strip, sys.stdin):
        match line:
            case "devices":
                names = [device["name"] for device in sounddevice.query_devices()]
                answer = [names, sounddevice.default.device[1]]
            case "state":
                answer = player.state()
            case "close":
                player.close()
                answer = "closed"
            case _:
                try:
                    player = Player(
                        line, int(rate), int(channels), float(latency), Path(samples).read_bytes()
                    )
                    answer = "playing"
                except sounddevice.PortAudioError as error:
                    answer = error.args[1]
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
