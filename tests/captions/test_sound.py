import pytest

from omni_stream.captions.sound import Sound


@pytest.fixture
def sound():
    """A quarter of a second of speech, a stop within it, a pause, and speech again."""
    sound = Sound()
    sound.feed([900.0] * 10 + [0.0] * 5 + [800.0] * 10)
    sound.feed([1.0] * 20)
    sound.feed([500.0] * 10)
    return sound


def test_only_a_long_silence_is_a_pause(sound):
    assert [(pause.spoken, pause.steps) for pause in sound.pauses] == [(25, 20)]
    assert sound.spoken == 35
    assert sound.seconds == pytest.approx(0.55)


def test_what_is_behind_a_pause_begins_when_the_pause_has_ended(sound):
    assert sound.seconds_of(24) == pytest.approx(0.24)
    assert sound.seconds_of(25) == pytest.approx(0.45)
    assert sound.seconds_of(40) == pytest.approx(0.60)  # it has not come yet


def test_a_silence_is_known_while_it_lasts(sound):
    assert sound.silence is None
    sound.feed([0.0] * 7)
    assert sound.silence is None
    sound.feed([0.0] * 4)
    assert (sound.silence.spoken, sound.silence.steps) == (35, 11)
    sound.feed([500.0])
    assert sound.silence is None


def test_a_silence_at_the_end_is_a_pause_once_that_is_known(sound):
    sound.feed([0.0] * 12)
    assert len(sound.pauses) == 1
    sound.end()
    assert sound.pauses[-1].steps == 12
