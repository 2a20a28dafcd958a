"""The sink that is heard; read `speaker` first, which says what it promises.

A `write` puts frames into a ring; `rest` is what has no room yet.  The device's own thread takes them
out of it in native code (`Output`).  `portaudio` opens and closes devices in the one thread of
`control`; `device` says what one is, `listing` which there are, `watch` when one is lost, and `stats`
how it all goes.  A reply is played by `playing`, and given to other sinks by `copies`.
"""

from omni_stream.sinks.speaker.device import Device
from omni_stream.sinks.speaker.listing import devices
from omni_stream.sinks.speaker.playing import Playing
from omni_stream.sinks.speaker.speaker import Speaker
from omni_stream.sinks.speaker.stats import SpeakerStats

__all__ = ["Device", "Playing", "Speaker", "SpeakerStats", "devices"]
