"""What media cost in tokens, estimated before they are sent.

Pure: sizes and durations in, a whole number of tokens out.  The rules are those
of Alibaba Cloud's Qwen-Omni guide.  It states them twice, in its text and in
the code that it gives for pictures and for videos, and the two differ.

The rules of this room:

* By default a count follows the guide's text and, where the text has no rule,
  its code.
* ``as_coded=True`` counts as the guide's code does, its oddities included.  What
  differs stands in the docstrings of ``image`` and ``video``, and nowhere else.
* A side is rounded to whole tokens as Python rounds, a half to the even number:
  the guide says nothing else.
* A model is never refused.  One that no source gives rules for is counted by
  the rules of its generation, else by the newest; ``find_rules`` tells which
  models those are, and each such count is logged at level INFO.
"""

from omni_stream.tokens.medium import Estimate, of
from omni_stream.tokens.picture import image
from omni_stream.tokens.rules import Rules, find_rules
from omni_stream.tokens.sound import audio
from omni_stream.tokens.video_file import video

__all__ = ["Estimate", "Rules", "audio", "find_rules", "image", "of", "video"]
