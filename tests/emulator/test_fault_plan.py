import pytest

import omni_stream as omni
from omni_stream.emulator.fault_plan import FaultPlan
from omni_stream.emulator.refusal import Refusal


def kinds(plan, header=None):
    return [fault.kind for fault in plan.faults(header)]


def test_a_fault_with_times_is_used_up():
    plan = FaultPlan(["stallx2", "drip"])
    assert [kinds(plan) for _ in range(3)] == [["stall", "drip"], ["stall", "drip"], ["drip"]]


def test_a_header_counts_instead():
    plan = FaultPlan(["stall"])
    assert kinds(plan, "reset@1s, drip:7") == ["reset", "drip"]
    assert kinds(plan, "") == []
    assert kinds(plan) == ["stall"]


def test_a_header_with_times_lets_one_through_and_begins_anew():
    plan = FaultPlan([])
    assert [kinds(plan, "resetx2") for _ in range(6)] == [["reset"], ["reset"], []] * 2
    assert kinds(plan, "reset@1sx2") == ["reset"]


def test_counted_headers_are_bounded():
    plan = FaultPlan([])
    for number in range(3_000):
        kinds(plan, f"reset@event{number}x9")
    assert len(plan._header_hits) <= 1_000


@pytest.mark.parametrize(
    ("script", "status", "code", "retry_after"),
    [
        ("status:429/7", 429, "fault_script", 7),
        ("status:503", 503, "fault_script", None),
        ("error:Arrearage", 400, "Arrearage", None),
        ("error:empty_audio", 400, "invalid_parameter_error", None),
    ],
)
def test_some_faults_refuse_the_request(script, status, code, retry_after):
    with pytest.raises(Refusal) as refused:
        FaultPlan([]).faults(f"stall, {script}")
    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (
        status,
        code,
        retry_after,
    )


def test_a_header_that_is_no_script_is_refused_and_told_the_grammar():
    for header in ("stall@x", ",".join(["drip"] * 21)):
        with pytest.raises(Refusal) as refused:
            FaultPlan([]).faults(header)
        assert (refused.value.status, refused.value.code) == (400, "invalid_fault_script")


def test_what_the_emulator_is_given_is_checked_at_once():
    with pytest.raises(omni.UsageError, match=r"KIND\[@WHEN\]"):
        FaultPlan(["stall@x"])
    with pytest.raises(omni.UsageError, match="list of fault scripts"):
        FaultPlan("stall")
    with pytest.raises(omni.UsageError, match="at most 20 faults"):
        FaultPlan(["drip"] * 21)
