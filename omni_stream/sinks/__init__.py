"""Where frames end: files, pipes, telephone lines, nowhere; read `sink` first, whose rules all of them keep.

`wav` and `file` say what a file looks like, `output` where it goes.  A path is
written by `path_writer` under the temporary name of `part_file`, a file object by
`object_writer`, both in a thread (`gathered`, `disk`); a pipe by `pipe_writer`, on
the event loop.  What a codec makes of frames (`codec`, `encoder`) goes to any of the
three (`encoded`).  A far end that plays by itself is sent no more than it needs (`paced`).
`speaker` is heard, and is a room of its own.
"""

from omni_stream.sinks.file import FileSink
from omni_stream.sinks.null import NullSink
from omni_stream.sinks.paced import PacedSink
from omni_stream.sinks.sink import Sink
from omni_stream.sinks.speaker import Device, Playing, Speaker, SpeakerStats, devices
from omni_stream.sinks.wav import WavSink

__all__ = [
    "Device",
    "FileSink",
    "NullSink",
    "PacedSink",
    "Playing",
    "Sink",
    "Speaker",
    "SpeakerStats",
    "WavSink",
    "devices",
]
