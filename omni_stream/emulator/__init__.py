"""A local server with the wire of Qwen-Omni and of others, whose speech is real; and recordings of replies.

It speaks through espeak-ng: install ``omni_stream[emulator]``.
"""

from omni_stream.emulator.program import run
from omni_stream.emulator.recording import Recording, RecordingWriter, read_recording
from omni_stream.emulator.send_log import SendLog
from omni_stream.emulator.server import Emulator
from omni_stream.emulator.speech import Speech, Word

__all__ = ["Emulator", "Recording", "RecordingWriter", "SendLog", "Speech", "Word", "read_recording", "run"]
