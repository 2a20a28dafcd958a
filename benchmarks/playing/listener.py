"""What a listener notices of a recording of sound that has no 0 in it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from card import Recording

    from playing.on_a_card import Facts

SOFT = 1 / 200
"""Of full scale: speech begins above it, and what a synthesiser sends before speech is below."""


def noticed(recording: Recording) -> Facts:
    """Its gaps of a millisecond or more, and how much was heard in all.

    A gap is *late* if the device had run empty, for whoever feeds it had not come in time; else the device
    was given silence.
    """
    gaps = recording.gaps()
    frame = 1 / recording.frames_per_second if recording.rate else 0.0
    empty = [
        (before.time + len(before.samples) * frame, after.time)
        for before, after in pairwise(recording.pieces)
    ]
    late = [
        gap
        for gap in gaps
        if any(begin <= gap.time + gap.seconds + frame and gap.time <= end + frame for begin, end in empty)
    ]
    return {
        "gaps": len(gaps),
        "silence_ms": recording.silence_ms(),
        "late_gaps": len(late),
        "heard_seconds": int(np.count_nonzero(recording.heard)) * frame,
    }


def first_sound(recording: Recording) -> float:
    """When something was first heard that is not silence to an ear, by the card's clock."""
    loud = np.abs(recording.timeline[:, 0].astype(np.int32)) > SOFT * (1 << 15)
    return float(recording.pieces[0].time + int(loud.argmax()) / recording.frames_per_second)
