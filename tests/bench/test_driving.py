import asyncio
import json
import time

import pytest

import omni_stream as omni
from omni_stream.bench import Case, Load, Results, run
from omni_stream.emulator import Emulator


async def test_a_closed_loop_has_so_many_replies_open_and_leaves_out_the_warm_up(emulator):
    ended = []
    async with omni.Client(base_url=emulator.base_url, retries=0) as client:
        results = await run(client, ["Say: one"], Load(concurrency=3, requests=9), on_request=ended.append)
    assert ended == results.requests
    assert [one.is_warm_up for one in sorted(ended, key=lambda one: one.index)] == [True] * 3 + [False] * 9
    new = [one for one in ended if one.connect]
    assert 1 <= len(new) <= 3
    assert all(one.is_warm_up for one in new)
    [row] = results.summary().rows
    assert len(row.measured) == 9
    assert row.figure("queue", "max") == 0
    assert row.values["connect"] == [0.0] * 9
    overlap = max(sum(one.sent < other.end and other.sent < one.end for other in ended) for one in ended)
    assert overlap >= 2


async def test_times_are_in_order_and_audio_is_all_that_was_said(emulator):
    said = await emulator.speak("one two three")
    async with omni.Client(base_url=emulator.base_url, retries=0) as client:
        results = await run(client, ["Say: one two three"], Load(concurrency=1, requests=2))
    for one in results.requests:
        at = [event.at for event in one.audio]
        assert one.due == one.sent < one.request_sent <= one.first_byte <= at[0]
        assert one.sent < one.first_text <= one.end
        assert at == sorted(at)
        assert at[-1] <= one.end
        assert sum(event.seconds for event in one.audio) == pytest.approx(said.seconds)
        assert len(one.levels) == pytest.approx(said.seconds * 100, abs=1)
        assert one.received_bytes > said.seconds * 64_000


async def test_an_open_loop_sends_when_requests_are_due_whatever_became_of_those_before():
    async with (
        Emulator(first_audio_seconds=0.3, real_time_factor=0) as slow,
        omni.Client(base_url=slow.base_url, retries=0) as client,
    ):
        results = await run(client, ["Say: one"], Load(rate=40, arrivals="constant", requests=12))
    due = sorted(one.due for one in results.requests)
    assert [later - due[0] for later in due] == pytest.approx([number / 40 for number in range(12)])
    [row] = results.summary().rows
    assert row.is_open
    assert row.figure("queue", "max") < 0.2  # though no reply takes less than 0.3
    assert row.figure("ttfa", "min") >= 0.3


async def test_what_waits_for_a_place_has_its_wait_in_its_latency():
    async with (
        Emulator(first_audio_seconds=0.2, real_time_factor=0) as slow,
        omni.Client(base_url=slow.base_url, retries=0) as client,
    ):
        load = Load(rate=100, concurrency=1, arrivals="constant", requests=4)
        results = await run(client, ["Say: one"], load)
    [row] = results.summary().rows
    waited = [one.sent - one.due for one in results.requests]
    assert waited == sorted(waited)
    assert waited[-1] > 0.5
    assert row.figure("ttfa", "max") > 0.7
    assert row.figure("send_late", "max") < waited[-1] - 0.3  # which is not our own fault


async def test_a_trace_is_kept_to(emulator, tmp_path):
    (tmp_path / "trace").write_text("0\n0\n0.1\n" + "0.2\n" * 120)
    async with omni.Client(base_url=emulator.base_url, retries=0) as client:
        results = await run(client, ["Say: one"], Load(arrivals=f"trace:{tmp_path / 'trace'}"))
    first, second, third, *others = sorted(one.due for one in results.requests)
    assert first == second == pytest.approx(third - 0.1)
    assert len(others) == 120  # all of it


async def test_a_time_ends_the_sending_and_what_is_open_is_waited_for():
    async with (
        Emulator(first_audio_seconds=0.15, real_time_factor=0) as slow,
        omni.Client(base_url=slow.base_url, retries=0) as client,
    ):
        begun = time.monotonic()
        results = await run(client, ["Say: one"], Load(concurrency=2, duration=0.4))
        assert 0.4 <= time.monotonic() - begun < 5
    assert 2 <= len(results.requests) <= 8
    assert {one.error for one in results.requests} == {None}


async def test_cases_take_turns(emulator):
    cases = [Case("Say: one", voice="Cherry"), Case("Say: two", voice="Ethan"), "Say: three"]
    async with omni.Client(base_url=emulator.base_url, retries=0) as client:
        results = await run(client, cases, Load(concurrency=1, requests=5, warm_up=1))
    assert [(one.case.prompt, one.case.voice) for one in results.requests] == [
        ("Say: one", "Cherry"), ("Say: two", "Ethan"), ("Say: three", None),
        ("Say: one", "Cherry"), ("Say: two", "Ethan"), ("Say: three", None),
    ]  # fmt: skip
    assert len(results.summary().rows) == 4


async def test_texts_are_spoken_where_that_is_asked_for(emulator):
    client = omni.Client("any", provider="minimax", base_url=emulator.url_of("minimax"), retries=0)
    async with client:
        results = await run(client, ["one two"], Load(concurrency=1, requests=1), speaks=True)
    assert all(one.audio and one.error is None for one in results.requests)


async def test_failures_are_counted_and_have_no_latency():
    async with (
        Emulator(first_audio_seconds=0, real_time_factor=0, faults=["status:503x2", "truncate@1sx3"]) as bad,
        omni.Client(base_url=bad.base_url, retries=0) as client,
    ):
        load = Load(concurrency=1, requests=5, warm_up=0)
        results = await run(client, ["Say: one two three four five six seven eight"], load)
    [row] = results.summary().rows
    assert row.errors == {"ServerError": 2, "StreamTruncated": 1}
    assert row.failed == 0.6
    assert len(row.values["ttfa"]) == 2
    assert (row.share("c50").scored, row.share("c50").not_scored) == (2, 3)


async def test_what_all_requests_would_meet_ends_the_run(emulator):
    async with omni.Client(base_url=emulator.base_url, retries=0) as client:
        with pytest.raises(omni.UsageError, match="voice"):
            await run(client, [Case("Hello", voice="Nobody")], Load(concurrency=3))
        with pytest.raises(omni.UsageError, match="nothing to ask"):
            await run(client, [], Load(concurrency=3))
        with pytest.raises(omni.UsageError, match="no client for the region 'mars'"):
            await run(client, [Case("Hello", region="mars")], Load(concurrency=3))
    async with (
        Emulator(api_key="right") as strict,
        omni.Client("wrong", base_url=strict.base_url, retries=0) as client,
    ):
        with pytest.raises(omni.AuthenticationError):
            await run(client, ["Hello"], Load(rate=100))


async def test_cancelling_keeps_what_was_measured_and_leaves_nothing_open():
    results = Results()
    async with (
        Emulator(first_audio_seconds=0.02, real_time_factor=0) as emulator,
        omni.Client(base_url=emulator.base_url, retries=0) as client,
    ):
        task = asyncio.create_task(run(client, ["Say: one"], Load(concurrency=4), results=results))
        while len(results.requests) < 6:  # noqa: ASYNC110 -- it is told of nothing else
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert "0 replies open" in repr(client)
    kept = len(results.requests)
    assert kept >= 6
    [round] = results.rounds
    assert 1 <= round.dropped <= 4
    await asyncio.sleep(0.05)
    assert len(results.requests) == kept
    assert results.summary().rows[0].measured


async def test_a_loop_that_is_held_up_is_seen(emulator):
    def hold_up(_):
        time.sleep(0.03)

    async with omni.Client(base_url=emulator.base_url, retries=0) as client:
        results = await run(client, ["Say: one"], Load(concurrency=4, requests=20), on_request=hold_up)
        late = await run(client, ["Say: one"], Load(rate=100, requests=20), on_request=hold_up)
    [row] = late.summary().rows
    assert row.send_late_p99 > 0.02
    assert row.figure("queue", "max") == pytest.approx(row.figure("send_late", "max"))
    [row] = results.summary().rows
    assert row.lag_p99 > 0.005
    assert row.is_client_limited
    assert json.loads(json.dumps(row.to_json()))["client_limited"] is True
