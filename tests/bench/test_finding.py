import pytest

import omni_stream as omni
from omni_stream.bench import Load, find_highest, read_targets
from omni_stream.emulator import Emulator


async def test_the_highest_load_that_meets_a_target_is_found():
    tried = []
    async with (
        Emulator(first_audio_seconds=0.02, real_time_factor=0) as emulator,
        omni.Client(
            base_url=emulator.base_url, retries=0, max_connections=2
        ) as client,  # n users wait for n / 2
    ):
        best = await find_highest(
            client,
            ["Say: one"],
            Load(concurrency=1, requests=20),
            read_targets("ttfa:p50@0.1"),
            most=64,
            on_round=lambda load: tried.append(load.level),
        )
    assert tried[:2] == [1, 2]
    assert best in tried
    assert 2 <= best <= 16


async def test_a_service_that_refuses_some_does_not_meet_a_target_by_the_others():
    async with (
        Emulator(first_audio_seconds=0, real_time_factor=0, faults=["status:429x1"]) as emulator,
        omni.Client(base_url=emulator.base_url, retries=0) as client,
    ):
        load, quick = Load(concurrency=1, requests=20, warm_up=0), "ttfa:p50@30"
        tried = (client, ["Say: one"], load, read_targets(quick))
        with pytest.raises(omni.UsageError, match="concurrency is a whole number"):
            await find_highest(*tried, most=1.5)
        assert await find_highest(*tried, most=1) is None
        assert await find_highest(*tried, most=1) == 1  # it refuses but once


async def test_none_meets_what_is_too_much():
    async with (
        Emulator(first_audio_seconds=0.02, real_time_factor=0) as emulator,
        omni.Client(base_url=emulator.base_url, retries=0) as client,
    ):
        targets = read_targets("ttfa:p50@0.001")
        assert (
            await find_highest(client, ["Say: one"], Load(concurrency=1, requests=20), targets, most=8)
            is None
        )
