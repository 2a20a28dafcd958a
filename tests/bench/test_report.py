import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.bench import AudioEvent, Case, Load, config_of, report
from omni_stream.bench.report.scale import Scale, covering

VOID = {"meta", "line", "polyline", "polygon", "rect", "circle"}


class Nesting(HTMLParser):
    """Shows that each element is closed within the one that it was opened in."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


def page_of(results, *cases):
    config = config_of(cases or [Case("Hello!")], Load(concurrency=2), service={"provider": None})
    return report(config, results.summary())


def titles(page):
    return re.findall(r"<figcaption>(.*?)</figcaption>", page)


def test_a_page_has_all_pictures_and_needs_nothing_else(reply, results_of):
    requests = [
        reply(index, load=load, gap=0.08 + 0.01 * (index % 7), voice=voice)
        for load in (2, 4)
        for index in range(120)
        for voice in ("Cherry", "Ethan")
    ]
    page = page_of(results_of(requests))
    parsed = Nesting()
    parsed.feed(page)
    assert parsed.open == []
    assert titles(page) == [
        "One reply: what had come, and what was played",
        "First audio",
        "Playable without a stall from",
        "Underrun",
        "First audio against load",
        "Replies without a hole, against load",
        "Gaps between pieces of audio",
    ]
    assert not {"script", "link", "img", "iframe"} & set(parsed.seen)
    assert not [
        value for name, value in parsed.attributes if name in {"src", "href"} or "://" in (value or "")
    ]
    assert "url(" not in page
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page
    assert "nan" not in re.sub(r"[a-z]nan|nan[a-z]", "", page)


def test_a_stamp_is_on_a_run_that_we_limited(reply, results_of):
    assert "Client-limited" in page_of(results_of([reply(index) for index in range(20)], lag=[90]))
    assert "Client-limited" not in page_of(results_of([reply(index) for index in range(20)]))


def test_what_failed_or_was_cut_off_is_said_by_kind(reply, results_of):
    some = [reply(0), reply(1, error="RateLimitError", audio=()), reply(2, error="ServerError", audio=())]
    results = results_of(some)
    results.rounds[0] = replace(results.rounds[0], dropped=2)
    told = "In no figure of latency: 1 RateLimitError, 1 ServerError, 2 open when it was cut off at load 2."
    assert told in page_of(results)
    assert "In no figure" not in page_of(results_of([reply(0)]))


def test_a_cell_has_its_name_where_there_is_no_room_for_columns(reply, results_of):
    page = page_of(results_of([reply(index) for index in range(20)]))
    assert '<td data-name="ttfa p50">0.200</td>' in page
    assert '<td data-name="ttfa p95">\N{EN DASH}</td>' in page


def test_what_a_player_lacks_is_within_the_reply(reply, results_of):
    """The corners of a hole are where the player's line, and the end of the reply, cut it off."""
    late = reply(0, audio=(AudioEvent(0.0, 1.0), AudioEvent(4.0, 1.0)), end=4.0)
    page = page_of(results_of([late]))
    [corners] = re.findall(r'class="bad" points="([^"]*)"', page)
    heights = [float(corner.split(",")[1]) for corner in corners.split()]
    [played] = re.findall(r'dashed" points="[^"]*,([^"]*)"', page)
    assert len(heights) == 5
    assert min(heights) == float(played)


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [{}],
        [{"audio": ()}],
        [{"error": "ServerError", "audio": ()}],
        [{"gap": 0.0}],
        [{"ttfa": 0.0, "gap": 0.0}],
    ],
)
def test_a_page_can_be_made_of_next_to_nothing(reply, results_of, requests):
    page = page_of(results_of([reply(index, **changes) for index, changes in enumerate(requests)]))
    parsed = Nesting()
    parsed.feed(page)
    assert parsed.open == []
    assert "<h2>Figures</h2>" in page


def test_what_was_asked_is_shown_as_text(reply, results_of):
    page = page_of(results_of([reply(voice="<b>")]), Case("<script>alert('&')</script>", "m", "<b>"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@given(st.floats(1e-3, 1e4), st.booleans())
def test_a_scale_has_round_ticks_within_it(high, is_log):
    scale = covering([high / 3, high], 0, 100, is_log=is_log)
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 13
    assert all(scale.low * 0.999 <= tick <= scale.high * 1.001 for tick in ticks)
    places = [scale.at(tick) for tick in ticks]
    assert places == sorted(places)
    assert (scale.at(scale.low), scale.at(scale.high)) == (0, 100)


def test_what_is_off_a_scale_stands_at_its_end():
    scale = Scale(1.0, 100.0, 0, 10, is_log=True)
    assert [scale.at(value) for value in (0.1, 1, 10, 100, 1e9)] == [0, 0, 5, 10, 10]
