from dataclasses import replace

import pytest

from omni_stream.bench import AudioEvent, Case, Observed, Results, Round
from omni_stream.emulator import Emulator


@pytest.fixture
async def emulator():
    async with Emulator(first_audio_seconds=0, real_time_factor=0) as emulator:
        yield emulator


@pytest.fixture
def reply():
    """Makes what was observed of a reply whose first audio comes after `ttfa`, and goes on after `gap`."""

    def make(index=0, *, ttfa=0.2, gap=0.1, load=2, prompt="Hello!", voice=None, **changes):
        sent = index * 1.0
        one = Observed(
            index=index,
            case=Case(prompt, voice=voice),
            load=load,
            due=sent,
            sent=sent,
            connect=0.0,
            first_byte=round(sent + 0.1, 6),
            audio=tuple(AudioEvent(round(sent + ttfa + number * gap, 6), 0.1) for number in range(5)),
            levels="s" * 50,
            end=round(sent + ttfa + 4 * gap, 6),
        )
        return replace(one, **changes)

    return make


@pytest.fixture
def results_of():
    """Makes results of requests, with a round for each of their loads."""

    def make(requests, *, lag=(), keep=None):
        results = Results(keep=keep)
        for one in requests:
            results.add(one)
        for load, is_open in dict.fromkeys((one.load, one.is_open) for one in requests):
            of_load = [one for one in requests if one.load == load]
            lags = dict.fromkeys(lag, 1)
            end = max(one.end for one in of_load)
            round = Round(load=load, is_open=is_open, begin=0.0, end=end)
            round.lag.update(lags)
            results.add_round(round)
        return results

    return make
