import json

from omni_stream.bench import Results, Round, Share


def test_rows_are_by_load_and_by_group_where_there_are_several(reply, results_of):
    requests = [
        reply(index, load=load, voice=voice, ttfa=ttfa)
        for load, ttfa in ((2, 0.2), (4, 0.4))
        for index in range(40)
        for voice in ("Cherry", "Ethan")
    ]
    rows = results_of(requests).summary().rows
    assert [(row.load, str(row.group)) for row in rows] == [
        (2, "None"), (2, "Cherry"), (2, "Ethan"), (4, "None"), (4, "Cherry"), (4, "Ethan"),
    ]  # fmt: skip
    assert [len(row.measured) for row in rows] == [80, 40, 40] * 2
    assert [round(row.figure("ttfa", "p50"), 6) for row in rows] == [0.2] * 3 + [0.4] * 3
    assert rows[0].figure("ttfa", "p95") is None  # 80 are too few


def test_what_is_not_scored_is_counted_and_no_pass(reply, results_of):
    requests = [
        reply(0),
        reply(1, gap=0.14),
        reply(2, gap=0.3),
        reply(3, audio=reply(3).audio[:1]),
        reply(4, audio=()),
        reply(5, error="StreamTruncated"),
        reply(6, is_warm_up=True),
    ]
    [row] = results_of(requests).summary().rows
    assert row.share("c50") == Share(1 / 3, 3, 3)
    assert row.share("c200") == Share(2 / 3, 3, 3)
    [none] = results_of([reply(0, audio=())]).summary().rows
    assert none.share("c100") == Share(None, 0, 1)


def test_a_run_is_stamped_where_we_are_late(reply, results_of):
    assert not results_of([reply()], lag=range(10, 50)).summary().is_client_limited
    [unknown] = results_of([reply()]).summary().rows
    assert (unknown.is_client_limited, unknown.stamp) == (None, "lag not known")
    assert results_of([reply()], lag=[60]).summary().is_client_limited
    late = [reply(index, is_open=True, late=0.001) for index in range(20)]
    assert not results_of(late).summary().is_client_limited
    assert results_of([*late, reply(20, is_open=True, late=0.02)]).summary().is_client_limited


def test_a_row_is_json_without_what_there_is_too_little_of(reply, results_of):
    [row] = results_of([reply(index) for index in range(30)]).summary().rows
    told = json.loads(json.dumps(row.to_json()))
    assert told["kind"] == "concurrency"
    assert told["requests"] == 30
    assert told["c100"] == {"share": 1.0, "scored": 30, "not_scored": 0}
    assert told["metrics"]["ttfa"]["p50"] == 0.2
    assert told["metrics"]["ttfa"]["p95"] is None
    assert told["metrics"]["gap"]["n"] == 120


def test_a_load_that_is_run_again_has_its_own_requests(reply):
    results = Results()
    for begin in (0, 100):
        for index in range(5):
            results.add(reply(begin + index))
        results.add_round(Round(load=2, is_open=False, begin=begin, end=begin + 9))
    assert [len(row.measured) for row in results.summary().rows] == [5, 5]


def test_what_was_open_when_a_load_was_cut_off_is_told(reply):
    results = Results()
    results.add(reply(0))
    results.add_round(Round(load=2, is_open=False, begin=0, end=9, dropped=3))
    [row] = results.summary().rows
    assert (len(row.measured), row.dropped, row.to_json()["dropped"]) == (1, 3, 3)


def test_an_empty_run_has_no_figures(results_of):
    assert results_of([]).summary().rows == ()
