"""Text -> speech at the rate of the wire, by espeak-ng in a child process.

Rules.  One text in one voice is one fresh child, so the same text gives the
same samples whenever it is spoken.  Its speech is resampled as a whole; only
then may it be cut.  A child is bounded in time and in what it may write, and
never outlives the call that started it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import importlib.util
import json
import struct
import sys
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.emulator.scripts import language_runs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from omni_stream.emulator.voices import EspeakVoice

RATE = 24_000
"""Hz, of all speech on this wire."""

MAX_SPEECH_SECONDS = 1_200
"""Twice what the longest answer takes at a common pace; 58 MB of PCM."""

_MAX_CHILD_SECONDS = 60.0  # espeak-ng speaks over 100 times faster than real time
_ESPEAK_RATE = 22_050
_MAX_CHILD_BYTES = 2 * (2 * _ESPEAK_RATE * MAX_SPEECH_SECONDS)  # twice the PCM: records have headers
_RECORD_HEAD = struct.Struct("<cI")
_READ_BYTES = 64 * 1024
_VOLUME = 60  # of 200, where 100 is espeak-ng's default and peaks at full scale in Chinese
_CHILD = Path(__file__).with_name("espeak.py")
# What espeak-ng would end the text at or speak as a command becomes a blank, so that positions hold.
_UNSPOKEN = dict.fromkeys((*range(0x20), 0x7F), " ")


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of the spoken text and when it begins.

    Attributes:
        text: From the first character of the word to the next word, marks and blanks included.
        seconds: From the begin of the speech.
    """

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Speech:
    """A text, spoken.

    Attributes:
        encoded: The speech as base64 of int16 PCM, little-endian mono at 24,000 Hz; kept
            encoded since it is sent many times.
        frames: How many frames it has.
        words: The text, word by word; joined, they are the text.
    """

    encoded: bytes
    frames: int
    words: tuple[Word, ...]

    def chunk(self, begin: int, end: int) -> bytes:
        """Base64 of frames ``begin`` to before ``end``; ``begin`` a multiple of 3, ``end`` too or the end."""
        return self.encoded[begin // 3 * 8 : -(-end // 3) * 8]

    @property
    def pcm(self) -> bytes:
        """The speech as int16 PCM, little-endian mono at 24,000 Hz."""
        return binascii.a2b_base64(self.encoded)

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.frames / RATE


def espeak_folder() -> Path:
    """Where the espeakng-loader wheel has put espeak-ng; the wheel is not imported.

    Raises:
        UsageError: The wheel is not installed.
    """
    spec = importlib.util.find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        raise omni.UsageError(
            "the emulator speaks through espeak-ng, which is not installed; install omni_stream[emulator]"
        )
    return Path(spec.origin).parent


async def synthesise(text: str, voice: EspeakVoice) -> Speech:
    """Speak ``text``.

    Cancelling kills the child.

    Raises:
        UsageError: espeak-ng is not installed.
        OmniStreamError: It failed, or the speech is over 1,200 s.
    """
    folder = espeak_folder()
    runs = language_runs(text.translate(_UNSPOKEN))
    languages = {"chinese": voice.chinese, "english": voice.english}
    request = {
        "library": str(folder / _library_name()),
        "data_parent": str(folder),
        "volume": _VOLUME,
        "pitch": voice.pitch,
        "range": voice.range,
        "rate": voice.rate,
        "max_frames": MAX_SPEECH_SECONDS * _ESPEAK_RATE,
        "runs": [[f"{languages[language]}+{voice.variant}", run] for language, run in runs],
    }
    records = await _run_child(json.dumps(request).encode())
    rate, pcm, word_begins = _read_records(records, [len(run) for _, run in runs])
    pcm = await _at_wire_rate(pcm, rate)
    return Speech(base64.b64encode(pcm), len(pcm) // 2, _words(text, word_begins, rate))


def _library_name() -> str:
    return {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}.get(sys.platform, "libespeak-ng.so")


async def _run_child(request: bytes) -> bytearray:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-I", "-S", "-B", str(_CHILD)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_MAX_CHILD_SECONDS):
            return await _converse(child, request)
    except TimeoutError:
        raise omni.OmniStreamError(
            f"espeak-ng took longer than its limit of {_MAX_CHILD_SECONDS:.0f} s; ask for less text"
        ) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.communicate()


async def _converse(child: asyncio.subprocess.Process, request: bytes) -> bytearray:
    assert child.stdin is not None  # noqa: S101 -- both are pipes; for the type checker
    assert child.stdout is not None  # noqa: S101
    records = bytearray()
    try:
        child.stdin.write(request)
        await child.stdin.drain()
        child.stdin.close()
        while read := await child.stdout.read(_READ_BYTES):
            records += read
            if len(records) > _MAX_CHILD_BYTES:
                raise omni.OmniStreamError(
                    f"espeak-ng wrote more than its limit of {_MAX_CHILD_BYTES} bytes; ask for less text"
                )
    except ConnectionError:
        pass  # it died before it had read the request: there is no last record then
    await child.wait()
    return records


def _read_records(records: bytearray, run_characters: list[int]) -> tuple[int, bytes, list[tuple[int, int]]]:
    """Rate, PCM, and (character of the text, frame) where each word begins."""
    run_begins = list(accumulate(run_characters, initial=0))
    rate, pcm, word_begins = 0, bytearray(), list[tuple[int, int]]()
    view, offset = memoryview(records), 0
    while offset + _RECORD_HEAD.size <= len(view):
        kind, length = _RECORD_HEAD.unpack_from(view, offset)
        offset += _RECORD_HEAD.size
        body = view[offset : offset + length]
        offset += length
        if offset > len(view):
            break  # it died while it wrote this one
        match kind:
            case b"R":
                (rate,) = struct.unpack("<I", body)
            case b"P":
                pcm += body
            case b"W":
                run, character, frame = struct.unpack("<3I", body)
                word_begins.append((run_begins[run] + min(character, run_characters[run]), frame))
            case b"X":
                raise omni.OmniStreamError(f"espeak-ng failed: {str(body, 'utf-8', 'replace')}")
            case b"E" if rate:
                return rate, bytes(pcm), word_begins
            case _:
                break
    raise omni.OmniStreamError("espeak-ng ended before it had spoken the whole text")


async def _at_wire_rate(pcm: bytes, rate: int) -> bytes:
    spoken = omni.AudioFormat(rate)

    async def seconds_of_speech() -> AsyncIterator[omni.AudioFrame]:
        for begin in range(0, len(pcm), 2 * rate):
            yield omni.AudioFrame(pcm[begin : begin + 2 * rate], spoken, position_frames=begin // 2)
            await asyncio.sleep(0)  # other sessions go on meanwhile

    return b"".join([bytes(frame) async for frame in omni.resample(RATE)(seconds_of_speech())])


def _words(text: str, begins: list[tuple[int, int]], rate: int) -> tuple[Word, ...]:
    """The text cut where its words begin; neither characters nor times ever go back."""
    cuts = [(0, 0)]
    for character, frame in begins:
        last_character, last_frame = cuts[-1]
        if character > last_character:
            cuts.append((character, max(frame, last_frame)))
    ends = [character for character, _ in cuts[1:]] + [len(text)]
    return tuple(
        Word(text[character:end], frame / rate)
        for (character, frame), end in zip(cuts, ends, strict=True)
        if end > character
    )
