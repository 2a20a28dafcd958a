import time

import pytest

from omni_stream.errors import ProtocolError
from omni_stream.stages.framing.flac import FlacFraming

MOST_SECONDS = 10
"""Half a second where each byte is looked at once, and minutes where all of the rest is each time."""


def test_marks_that_begin_no_frame_are_looked_at_once():
    framing = FlacFraming()
    begin = time.process_time()
    with pytest.raises(ProtocolError, match="what should be FLAC is not"):
        list(framing.feed(b"\xff\xf8" * 200_000))
    assert time.process_time() - begin < MOST_SECONDS
