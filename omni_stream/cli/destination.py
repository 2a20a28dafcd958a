"""Where the speech of an answer goes."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TypeAlias

import omni_stream as omni

SpeechSink: TypeAlias = omni.WavSink | omni.FileSink

_DEFAULT = "answer"
_ENCODED = {".flac", ".opus", ".ogg"}
_NOT_WRITTEN = {".mp3", ".aac", ".m4a"}
"""What no player would find in such a file."""


def speech_sink(output: str | None, *, speaks: bool, json: bool, overwrite: bool) -> SpeechSink | None:
    """The sink for ``-o output``, or for none; None where there is no speech or the events carry it.

    Raises:
        UsageError: The options contradict each other, sound would go to a terminal, or the name
            promises what cannot be written.
    """
    if output is None:
        return next_wav_sink(Path()) if speaks and not json else None
    _check_speaks(speaks=speaks)
    if output != "-":
        if not overwrite and Path(output).exists():
            raise omni.UsageError(f"{output} exists; choose another name, or add --overwrite")
        return _file_sink(output, overwrite=overwrite)
    if json:
        raise omni.UsageError("--json and -o - both want standard output; give -o a file")
    if sys.stdout.isatty():
        raise omni.UsageError("-o - would put sound on the terminal; pipe it into a player, or give a file")
    return omni.WavSink(sys.stdout.buffer)


def _file_sink(output: str, *, overwrite: bool) -> SpeechSink:
    suffix = Path(output).suffix.lower()
    if suffix in _NOT_WRITTEN:
        raise omni.UsageError(
            f"speech is saved as WAV, FLAC or Opus, and {output} is a {suffix} file; name a .wav, .flac or"
            " .opus file"
        )
    if suffix not in _ENCODED:
        return omni.WavSink(output, overwrite=overwrite)
    if find_spec("soundfile") is None:  # said before the answer is paid for
        raise omni.UsageError(
            f"a {suffix} file takes soundfile, which is not installed; install it with"
            " `pip install 'omni_stream[files]'`, or name a .wav file"
        )
    return omni.FileSink(output, overwrite=overwrite)


def file_of(sink: SpeechSink | None) -> Path | None:
    """The file that ``sink`` has written or writes; None for none or a pipe."""
    return sink.path if sink is not None else None


def next_wav_sink(folder: Path) -> omni.WavSink:
    """For answer.wav in ``folder``, or the first of answer-2.wav, ... of which there is nothing yet."""
    for number in count(1):
        name = _DEFAULT if number == 1 else f"{_DEFAULT}-{number}"
        if not any((folder / f"{name}{end}").exists() for end in (".wav", ".part.wav")):
            return omni.WavSink(folder / f"{name}.wav")
    raise AssertionError  # numbers do not end


def speech_folder(output: str | None, *, speaks: bool) -> Path | None:
    """The folder for ``-o output``, made if it is not there, or this one; None where there is no speech.

    Raises:
        UsageError: No speech is asked for, or it is a file.
        SinkError: It cannot be made.
    """
    if output is None:
        return Path() if speaks else None
    _check_speaks(speaks=speaks)
    try:
        Path(output).mkdir(exist_ok=True)
    except FileExistsError:
        raise omni.UsageError(f"--output is a folder, and {output} is none; choose another name") from None
    except OSError as error:
        raise omni.SinkError(f"the folder {output} cannot be made: {error.strerror}") from error
    return Path(output)


def check_plays(plays: bool, *, speaks: bool) -> None:  # noqa: FBT001 -- it is what is checked
    """Raises UsageError if what is to be played is not asked for."""
    if plays and not speaks:
        raise omni.UsageError("--play is for speech, and none is asked for; leave it out")


def _check_speaks(*, speaks: bool) -> None:
    if not speaks:
        raise omni.UsageError("--output is for speech, and none is asked for; leave it out")
