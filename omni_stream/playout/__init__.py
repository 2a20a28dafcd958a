"""When to start, hold, stretch and fade: speech that comes in pieces, played at a device's pace.

Rules.
1. Nothing here knows the time: it is told, by whoever has a clock, so that a policy can be
   judged, and tested, in virtual time.
2. Samples are played once each, in order and as they are.  What changes them is named, bounded,
   and can be turned off: fades, slower speech, longer pauses, a lead that is passed over.
3. Waiting, holding, slowing down and stalling all have a price; what costs less than it saves
   is done.
"""

from omni_stream.playout.buffer import JitterBuffer
from omni_stream.playout.numbers import PlayoutNumbers
from omni_stream.playout.told import PlayoutEvent, PlayoutStats

__all__ = ["JitterBuffer", "PlayoutEvent", "PlayoutNumbers", "PlayoutStats"]
