import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import omni_stream as omni
from omni_stream.emulator.schedule import Audio, Reasoning, Text, Timing, spoken, written
from omni_stream.emulator.speech import RATE, Word

TIMINGS = st.builds(
    Timing,
    first_audio_seconds=st.floats(0, 5),
    real_time_factor=st.floats(0, 3),
    chunk_seconds=st.floats(0.001, 3),
    text_lead_seconds=st.floats(0, 5),
    jitter_seconds=st.just(0.0) | st.floats(0, 1),
)


@st.composite
def speeches(draw):
    frames = draw(st.integers(1, 5 * RATE))
    times = sorted(draw(st.lists(st.floats(0, frames / RATE), max_size=20)))
    return [Word(f"{n} ", seconds) for n, seconds in enumerate([0.0, *times])], frames


@given(speeches(), TIMINGS, st.integers(0, 9))
def test_a_spoken_schedule_has_all_in_order(speech, timing, seed):
    words, frames = speech
    schedule = spoken(words, frames, timing, seed=seed)
    due = [seconds for seconds, _ in schedule]
    assert due == sorted(due)
    assert due[0] >= 0
    assert [piece.text for _, piece in schedule if isinstance(piece, Text)] == [word.text for word in words]
    chunks = [piece for _, piece in schedule if isinstance(piece, Audio)]
    assert [chunk.begin for chunk in chunks] == [0, *(chunk.end for chunk in chunks[:-1])]
    assert chunks[-1].end == frames
    assert all((chunk.end - chunk.begin) % 3 == 0 for chunk in chunks[:-1])
    assert schedule == spoken(words, frames, timing, seed=seed)


@given(speeches(), TIMINGS, st.integers(0, 9))
def test_text_never_comes_after_its_audio(speech, timing, seed):
    words, frames = speech
    pieces = [piece for _, piece in spoken(words, frames, timing, seed=seed)]
    for word in words:
        shown = pieces.index(Text(word.text))
        frame = min(math.floor(word.seconds * RATE), frames - 1)
        heard = next(n for n, piece in enumerate(pieces) if isinstance(piece, Audio) and piece.end > frame)
        assert shown < heard


@given(speeches(), TIMINGS)
def test_audio_keeps_its_pace_without_jitter(speech, timing):
    words, frames = speech
    still = Timing(
        timing.first_audio_seconds, timing.real_time_factor, timing.chunk_seconds, timing.text_lead_seconds
    )
    for due, piece in spoken(words, frames, still, seed=0):
        if isinstance(piece, Audio):
            assert due == pytest.approx(
                timing.first_audio_seconds + piece.begin / RATE * timing.real_time_factor
            )


def test_the_defaults_are_080_ms_at_twice_real_time_with_text_ahead():
    words = [Word("one ", 0.0), Word("two ", 4.0)]
    schedule = spoken(words, 5 * RATE, Timing(), seed=0)
    audio = [(due, piece) for due, piece in schedule if isinstance(piece, Audio)]
    assert audio[0] == (0.3, Audio(0, 1920))
    assert audio[1] == (pytest.approx(0.34), Audio(1920, 3840))
    assert [due for due, piece in schedule if isinstance(piece, Text)] == [
        0.0,
        pytest.approx(0.3 + 4 / 2 - 1.5),
    ]


@given(TIMINGS, st.integers(0, 9))
def test_jitter_makes_late_by_at_most_itself(timing, seed):
    still = Timing(
        timing.first_audio_seconds, timing.real_time_factor, timing.chunk_seconds, timing.text_lead_seconds
    )
    for (late, _), (due, _) in zip(
        spoken([], RATE, timing, seed=seed), spoken([], RATE, still, seed=seed), strict=True
    ):
        assert due <= late <= due + timing.jitter_seconds


def test_jitter_differs_by_seed():
    timing = Timing(jitter_seconds=0.1)
    assert spoken([], RATE, timing, seed=1) != spoken([], RATE, timing, seed=2)


def test_speech_without_sound_still_has_its_text():
    assert spoken([Word("…", 0.0)], 0, Timing(), seed=0) == [(0.0, Text("…"))]


def test_reasoning_is_written_before_text():
    schedule = written(["a", "b"], ["c"], Timing(), seed=0)
    assert [piece for _, piece in schedule] == [Reasoning("a"), Reasoning("b"), Text("c")]
    assert [due for due, _ in schedule] == [0, pytest.approx(0.025), pytest.approx(0.05)]
    assert [due for due, _ in written(["a"], ["c"], Timing(real_time_factor=0), seed=0)] == [0, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_audio_seconds": -0.1},
        {"real_time_factor": float("nan")},
        {"chunk_seconds": 0},
        {"text_lead_seconds": float("inf")},
        {"jitter_seconds": 3601},
    ],
)
def test_a_time_out_of_range_is_named(wrong):
    with pytest.raises(omni.UsageError, match=next(iter(wrong))):
        Timing(**wrong)
