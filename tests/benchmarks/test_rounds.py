import pytest
from side_by_side.contender import Contender
from side_by_side.reply import spoken_reply
from side_by_side.rounds import Bounds, run_rounds

REPLY = spoken_reply(20)
BOUNDS = Bounds(rounds=4, slot_seconds=0, slot_turns=1, contest_seconds=60)


def reading(pcm):
    async def turn(append):
        append(pcm)

    return turn


async def test_each_contender_takes_part_in_each_round():
    seconds = await run_rounds(
        [Contender("a", reading(REPLY.pcm)), Contender("b", reading(REPLY.pcm))], REPLY, BOUNDS, streams=3
    )
    assert {name: len(rounds) for name, rounds in seconds.items()} == {"a": 4, "b": 4}


async def test_rounds_end_at_the_time_limit_but_not_before_a_median_means_something():
    bounds = Bounds(rounds=10, slot_seconds=0, slot_turns=1, contest_seconds=0)
    seconds = await run_rounds([Contender("a", reading(REPLY.pcm))], REPLY, bounds)
    assert len(seconds["a"]) == 3


@pytest.mark.parametrize(
    "pcm",
    [b"", REPLY.pcm[:-2], REPLY.pcm[2:], bytes(len(REPLY.pcm))],
    ids=["none", "short", "late", "silent"],
)
async def test_who_decodes_something_else_is_found_out(pcm):
    with pytest.raises(ValueError, match="cheat has decoded something else"):
        await run_rounds([Contender("cheat", reading(pcm))], REPLY, BOUNDS)
