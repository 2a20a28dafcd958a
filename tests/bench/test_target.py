import pytest

import omni_stream as omni
from omni_stream.bench import Target, read_targets
from omni_stream.bench.target import are_met


def test_targets_are_figures_and_shares():
    assert read_targets("ttfa:p95@0.5, c100:0.99,failed:0,stall_count(0.1):mean@1") == (
        Target("ttfa", "p95", 0.5),
        Target("c100", "", 0.99),
        Target("failed", "", 0.0),
        Target("stall_count(0.1)", "mean", 1.0),
    )
    assert [str(target) for target in read_targets("ttfa:p95@0.5,c100:0.99")] == ["ttfa:p95@0.5", "c100:0.99"]


def test_a_figure_is_at_most_and_a_share_at_least(reply, results_of):
    [row] = results_of([reply(index, ttfa=0.2) for index in range(20)]).summary().rows
    met = ["ttfa:p50@0.21", "c100:1", "failed:0", "ttfa:max@0.3"]
    missed = ["ttfa:p50@0.19", "underrun:max@0", "rtf:mean@0.1"]
    assert all(target.is_met(row) for text in met for target in read_targets(text))
    assert not any(target.is_met(row) for text in missed[:1] + missed[2:] for target in read_targets(text))


def test_what_cannot_be_told_is_not_met(reply, results_of):
    [row] = results_of([reply(index) for index in range(19)]).summary().rows
    assert not read_targets("ttfa:p50@100")[0].is_met(row)
    [silent] = results_of([reply(0, audio=())]).summary().rows
    assert not read_targets("c100:0")[0].is_met(silent)


def test_where_requests_fail_nothing_is_met_unless_failures_are_allowed(reply, results_of):
    refused = [reply(index, error="RateLimitError", audio=()) for index in range(30, 60)]
    [row] = results_of([*(reply(index) for index in range(30)), *refused]).summary().rows
    assert read_targets("ttfa:p50@0.5")[0].is_met(row)  # the half that was answered was quick
    assert not are_met(read_targets("ttfa:p50@0.5,c100:0.99"), row)
    assert not are_met(read_targets("ttfa:p50@0.5,failed:0.4"), row)
    assert are_met(read_targets("ttfa:p50@0.5,failed:0.5"), row)


def test_a_percentile_of_one_value_a_reply_takes_so_many_requests():
    targets = read_targets("ttfa:p50@1,ttfa:p95@1,ttfa:p99.9@1,gap:p99@1,ttfa:max@1,c100:1,failed:0")
    assert [target.least_requests for target in targets] == [20, 200, 10_000, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ttfa",
        "ttfa:p95",
        "ttfa:0.5",
        "c100:p95@0.5",
        "ttfa:p95@x",
        "ttfb:median@1",
        "c70:1",
        "ttfa:p95@-1",
    ],
)
def test_other_text_is_refused(text):
    with pytest.raises(omni.UsageError):
        read_targets(text)
