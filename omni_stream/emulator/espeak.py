"""Speaks with espeak-ng; run as a program in a process of its own, never imported.

Rules.  This file is the only one that touches espeak-ng, which is GPL code: it
runs by its path in a fresh interpreter without site-packages, imports the
standard library alone, says one request and ends.  A fresh process and a fixed
seed are also what makes speech repeatable, since espeak-ng keeps hidden state
between calls and makes the noise of a voice's breath by chance.

Standard input, to its end, is one JSON object::

    {"library": path of the shared library, "data_parent": folder that holds espeak-ng-data,
     "volume": 0..200, "pitch": 0..100, "range": 0..100, "rate": words a minute,
     "max_frames": most frames to give, "runs": [[espeak voice, text], ...]}

Standard output is a sequence of records, each one kind byte, the length of its
body (uint32) and its body, all little-endian:

    R  rate in Hz (uint32); the first record
    P  PCM, int16 mono
    W  a word begins: index of its run, index of its first character in that run,
       index of its first frame in the whole output (3 x uint32)
    X  what went wrong (UTF-8); the last record of a failure
    E  the end (empty); the last record of a success
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import sys
from typing import Any

# Values of espeak-ng's speak_lib.h, version 1.52.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_PARAMETERS = ((1, "rate"), (2, "volume"), (3, "pitch"), (4, "range"))
_SEED = 1  # of the noise in voices with breath; espeak-ng would take the time of day
_BY_CHARACTER = 1
_UTF8, _END_PAUSE = 0x1, 0x1000
_LIST_END, _WORD = 0, 1


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # characters, counted from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # ms within this call
        ("sample", ctypes.c_int),  # frames within this call
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class _SpeechError(Exception):
    """espeak-ng refused, or gave too much."""


def _record(kind: bytes, body: bytes = b"") -> None:
    sys.stdout.buffer.write(struct.pack("<cI", kind, len(body)) + body)


class _Ear:
    """Writes down what espeak-ng gives.

    Attributes:
        run: Index of the run that is being spoken.
        run_begin: How many frames had been heard before it.
        frames: How many frames have been heard.
    """

    def __init__(self, max_frames: int) -> None:
        self.run = self.run_begin = self.frames = 0
        self.max_frames = max_frames

    def hear(self, samples: int | None, count: int, events: ctypes.Array[_Event]) -> int:
        """espeak-ng's callback; 1 makes it stop."""
        index = 0
        while events[index].type != _LIST_END:
            event = events[index]
            if event.type == _WORD:
                place = (self.run, max(event.text_position - 1, 0), self.run_begin + max(event.sample, 0))
                _record(b"W", struct.pack("<3I", *place))
            index += 1
        if samples and count > 0:
            self.frames += count
            if self.frames > self.max_frames:
                return 1
            _record(b"P", ctypes.string_at(samples, 2 * count))
        return 0


def _speak(request: dict[str, Any]) -> None:
    # espeak-ng keeps at most 160 characters of the path of its data: a relative one always fits.
    os.chdir(request["data_parent"])
    espeak = ctypes.CDLL(request["library"])
    rate = espeak.espeak_Initialize(_SYNCHRONOUS, 0, b".", _DONT_EXIT)
    if rate <= 0:
        raise _SpeechError("it finds no data")
    espeak.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
    _record(b"R", struct.pack("<I", rate))
    ear = _Ear(request["max_frames"])
    callback = _Callback(ear.hear)
    espeak.espeak_SetSynthCallback(callback)
    for run, (voice, text) in enumerate(request["runs"]):
        ear.run, ear.run_begin = run, ear.frames
        if espeak.espeak_SetVoiceByName(voice.encode()):
            raise _SpeechError(f"it has no voice {voice}")
        for parameter, name in _PARAMETERS:
            espeak.espeak_SetParameter(parameter, request[name], 0)
        # Only a mark earns a pause: a sentence may change its language half-way.
        flags = _UTF8 if text.rstrip()[-1:].isalnum() else _UTF8 | _END_PAUSE
        encoded = text.encode() + b"\0"
        size = ctypes.c_size_t(len(encoded))
        if espeak.espeak_Synth(encoded, size, 0, _BY_CHARACTER, 0, flags, None, None):
            raise _SpeechError("it does not speak this text")
        if ear.frames > ear.max_frames:
            raise _SpeechError(
                f"the speech is over its limit of {ear.max_frames / rate:.0f} s; ask for less text"
            )
    _record(b"E")


def _main() -> None:
    try:
        _speak(json.load(sys.stdin.buffer))
    except (_SpeechError, OSError) as error:
        _record(b"X", str(error).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()
