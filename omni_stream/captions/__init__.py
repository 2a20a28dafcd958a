"""Which text of a reply is heard at which second of its sound.

Services send both, and do not say how they belong together: text comes first, by a lead that nobody
knows.  `weights` says how long text takes to say, `sound` when somebody speaks (told by `loudness`),
`alignment` which pause is which mark, and `clock` joins them.
"""

from omni_stream.captions.clock import CaptionClock
from omni_stream.captions.loudness import Loudness

__all__ = ["CaptionClock", "Loudness"]
