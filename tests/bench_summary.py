"""All figures of a run, computed anew from the text of its files by the plainest means.

Nothing of the package is used but its jitter buffer, which is what is measured there.  Times are whole
microseconds.
"""

import json
import math
from collections import Counter

import numpy as np

import omni_stream as omni

MICRO = 1_000_000


def summarized(folder):
    """The rows that ``summary.json`` has to have."""
    lines = [json.loads(line) for line in (folder / "requests.jsonl").read_text("utf-8").splitlines()]
    rounds = [line for line in lines if "round" in line]
    requests = [line for line in lines if "round" not in line]
    rows = []
    for told in rounds:
        some = sorted(
            (
                one
                for one in requests
                if (one["load"], one["is_open"], one["is_warm_up"]) == (told["round"], told["is_open"], False)
            ),
            key=lambda one: one["index"],
        )
        rows.append(row(told, some, "all", (None, None, None)))
        names = {(one["model"], one["voice"], one["region"]) for one in some}
        if len(names) > 1:
            for name in sorted(names, key=lambda name: " ".join(filter(None, name)) or "all"):
                of_it = [one for one in some if (one["model"], one["voice"], one["region"]) == name]
                rows.append(row(told, of_it, "group", name))
    return rows


def row(told, requests, of, name):
    lag = [int(steps) / 10_000 for steps, times in told["lag"].items() for _ in range(times)]
    late = [one["late"] for one in requests if one["late"] is not None]
    own = [percentile(values, 99) for values in (lag, late)]
    values = {}
    for one in requests:
        for metric, some in figures(one).items():
            values.setdefault(metric, []).extend(some)
    scored = values.get("underrun", [])
    failed = Counter(one["error"] for one in requests if one["error"])
    return {
        "load": told["round"],
        "kind": "rate" if told["is_open"] else "concurrency",
        "of": of,
        **dict(zip(("model", "voice", "region"), name, strict=True)),
        "seconds": told["end"] - told["begin"],
        "requests": len(requests),
        "failed": sum(failed.values()),
        "errors": dict(failed),
        "dropped": told["dropped"],
        "audio_seconds": sum(seconds for one in requests for _, seconds in one["audio"]),
        "loop_lag_p99": own[0],
        "send_late_p99": own[1],
        "client_limited": any(value is not None and value > 0.005 for value in own)
        or (None if not lag else False),
        **{
            name: {
                "share": sum(late <= limit for late in scored) / len(scored) if scored else None,
                "scored": len(scored),
                "not_scored": len(requests) - len(scored),
            }
            for name, limit in (("c50", 0.05), ("c100", 0.1), ("c200", 0.2))
        },
        "metrics": {metric: {"n": len(some)} | statistics(some) for metric, some in values.items()},
    }


def percentile(values, percent):
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1] if values else None


def statistics(values):
    told = {"mean": None, "min": None, "max": None} | dict.fromkeys(("p50", "p90", "p95", "p99"))
    if values:
        told |= {"mean": sum(values) / len(values), "min": min(values), "max": max(values)}
    for percent in (50, 90, 95, 99):
        if len(values) * (100 - percent) >= 1_000:
            told[f"p{percent}"] = percentile(values, percent)
    return told


def figures(one):
    """Each metric's values of one request."""
    found = {name: [] for name in METRICS}
    found["queue"] = [one["sent"] - one["due"]]
    found["send_late"] = [] if one["late"] is None else [one["late"]]
    found["connect"] = [] if one["connect"] is None else [one["connect"]]
    if one["error"] is not None:
        return found
    t0 = one["due"] if one["is_open"] else one["sent"]
    found["ttfb"] = since(t0, one["first_byte"])
    found["ttft"] = since(t0, one["first_text"])
    t = [at for at, _ in one["audio"]]
    a = [seconds for _, seconds in one["audio"]]
    if not t:
        return found
    found["ttfa"] = [t[0] - t0]
    found["ttfs"] = since(t0, heard(t, a, one["levels"]))
    found["rtf"] = [(t[-1] - t0) / sum(a)]
    if len(t) < 2:
        return found
    found["underrun"] = [max(0.0, *(t[i] - t[0] - sum(a[:i]) for i in range(1, len(t))))]
    found["playable_from"] = [t[0] - t0 + found["underrun"][0]]
    found["rtf_stream"] = [(t[-1] - t[0]) / sum(a[1:])]
    found["gap"] = [t[i] - t[i - 1] for i in range(1, len(t))]
    found["gap_ratio"] = [(t[i] - t[i - 1]) / a[i - 1] for i in range(1, len(t))]
    estimate = 0.0
    for i in range(1, len(t)):
        estimate += (abs(t[i] - t[i - 1] - a[i - 1]) - estimate) / 16
    found["jitter"] = [estimate]
    players = {
        name: paused(t, a, wanted, one["end"]) for name, wanted in (("0", 0), ("0.1", 0.1), ("0.2", 0.2))
    }
    players["jitter_buffer"] = buffered(t, a, one["levels"], one["end"])
    for name, (count, seconds) in players.items():
        found[f"stall_count({name})"], found[f"stall_s({name})"] = [count], [seconds]
    return found


METRICS = (
    *("queue", "send_late", "connect", "ttfb", "ttft", "ttfa", "ttfs", "underrun", "playable_from"),
    *("rtf", "rtf_stream", "jitter", "gap", "gap_ratio"),
    *(
        f"stall_{what}({player})"
        for player in ("0", "0.1", "0.2", "jitter_buffer")
        for what in ("count", "s")
    ),
)


def since(t0, at):
    return [] if at is None else [at - t0]


def heard(t, a, levels):
    """When the first of five windows above -40 dB is played: each event is when it came, or in its turn."""
    loud = "".join("x" if ord(level) - ord("~") > -40 else "." for level in levels)
    if "xxxxx" not in loud:
        return None
    position, begin, clock = loud.index("xxxxx") * 10_000, 0, 0
    for at, seconds in zip(t, a, strict=True):
        clock = max(clock, micros(at))
        if begin <= position < begin + micros(seconds):
            return (clock + position - begin) / MICRO
        begin, clock = begin + micros(seconds), clock + micros(seconds)
    return None


def paused(t, a, wanted, ended):
    """How often, and for how long, a player that wants so much in hand is silent."""
    came = [(micros(at), micros(seconds)) for at, seconds in zip(t, a, strict=True)]
    over, total = max(micros(ended), came[-1][0]), sum(seconds for _, seconds in came)

    def in_hand(now):
        return sum(seconds for at, seconds in came if at <= now) - played

    now, played, count, silent, has_begun = came[0][0], 0, 0, 0, False
    while played < total:
        moments = sorted({now, over, *(at for at, _ in came if at > now)})
        go_on = next(
            moment
            for moment in moments
            if moment >= now and in_hand(moment) > 0 and (in_hand(moment) >= micros(wanted) or moment >= over)
        )
        if has_begun and go_on > now:
            count, silent = count + 1, silent + go_on - now
        now, has_begun = go_on, True
        while (playing := in_hand(now)) > 0:
            now, played = now + playing, played + playing
    return count, silent / MICRO


def buffered(t, a, levels, ended):
    """The stalls of the jitter buffer, given a tone at the levels, under a device that asks every 20 ms."""
    frames = round(sum(a) * 8_000) + 1
    tone = []
    for number in range(frames):
        window = number // 80
        decibel = ord(levels[window]) - ord("~") if window < len(levels) else -20
        loudest = min(math.sqrt(2) * 32_768 * 10 ** (decibel / 20), 32_000) if decibel > -93 else 0
        tone.append(int(loudest * math.sin(2 * math.pi * 200 / 8_000 * number)))
    sound = np.array(tone, np.int16)
    buffer, given, come = omni.JitterBuffer(8_000), 0, 0.0
    left = list(zip(t, a, strict=True))
    for tick in range(1_000_000):
        now = t[0] + tick * 0.02
        while left and left[0][0] <= now:
            at, seconds = left.pop(0)
            come += seconds
            buffer.push(sound[given : round(come * 8_000)], at)
            given = round(come * 8_000)
        if not left and ended <= now:
            buffer.end(now)
        buffer.pull(160, now)
        if not left and any(event.happening == "drained" for event in buffer.events()):
            return buffer.stats.stalls, buffer.stats.stalled_s
    raise AssertionError(buffer.stats)


def micros(seconds):
    return round(seconds * MICRO)
