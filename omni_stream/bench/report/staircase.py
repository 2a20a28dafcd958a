"""What was delivered of one reply, against what a player needs."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from omni_stream.bench.continuity import underrun
from omni_stream.bench.report.chart import BOTTOM, LEFT, RIGHT, TOP, Chart
from omni_stream.bench.report.scale import covering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench.observed import AudioEvent, Observed


def staircase(requests: Sequence[Observed]) -> str:
    """The reply with the largest underrun, since that is what would be heard; nothing if none is scored."""
    scored = [(late, one) for one in requests if (late := _scored(one)) is not None]
    if not scored:
        return ""
    late, one = max(scored, key=lambda pair: pair[0])
    first, total = one.audio[0].at - one.begin, sum(event.seconds for event in one.audio)
    steps = _steps(one.audio, one.begin)
    end = max(first + late + total, steps[-1][0])
    chart = Chart(
        "One reply: what had come, and what was played",
        covering([end], LEFT, RIGHT),
        covering([total], BOTTOM, TOP),
        x_name="seconds from the request",
        y_name="seconds of audio",
    )
    for hole in _holes(one.audio, one.begin, total):
        chart.area(hole, f"{hole[1][0] - hole[0][0]:.3f} s without anything to play")
    chart.line([*steps, (end, total)], "delivered", 0)
    chart.line([(first, 0), (first + total, total)], "played from the first piece on", 1, is_dashed=True)
    chart.line(
        [(first + late, 0), (first + late + total, total)], "from playable_from on, without a stall", 2
    )
    chart.note(
        f"Of {len(scored)} scored replies the one with the largest underrun, {late:.3f} s: number {one.index}"
        f" of load {one.load:g}. First audio after {first:.3f} s, {total:.2f} s of speech in {len(one.audio)}"
        " events."
    )
    return chart.html()


def _scored(one: Observed) -> float | None:
    return None if one.error is not None else underrun(one.audio)


def _steps(audio: Sequence[AudioEvent], begin: float) -> list[tuple[float, float]]:
    points, come = [(0.0, 0.0)], 0.0
    for event in audio:
        points.append((event.at - begin, come))
        come += event.seconds
        points.append((event.at - begin, come))
    return points


def _holes(audio: Sequence[AudioEvent], begin: float, total: float) -> list[list[tuple[float, float]]]:
    """Where who plays from the first piece on is ahead of what has come: the corners of each piece."""
    first = audio[0].at
    come = accumulate(event.seconds for event in audio)
    holes: list[list[tuple[float, float]]] = []
    for (earlier, later), before in zip(pairwise(audio), come, strict=False):
        out = max(earlier.at, first + before)  # when all of it was played
        if later.at > out:
            over = first + total  # when all would have been played
            high = [(at, min(at - first, total)) for at in (later.at, min(max(out, over), later.at), out)]
            corners = ((out, before), (later.at, before), *high)
            holes.append([(at - begin, height) for at, height in corners])
    return holes
