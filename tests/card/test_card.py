"""The card is as good as what is judged by it: what it records is what a listener hears, to the frame."""

import subprocess
import time

import numpy as np
import pytest

from card import play

RATE = 24_000
BLOCK_SECONDS = 0.02  # of what through_portaudio.py writes at once


def noise(seconds, *, channels=1, rate=RATE, seed=0):
    """Samples (frames, channels) none of which is 0: silence is then of the player or the card."""
    return np.random.default_rng(seed).integers(1, 1 << 15, (round(seconds * rate), channels)).astype("<i2")


def sound_of(recording):
    """What was heard without all silence."""
    return recording.heard[recording.heard.any(axis=1)]


def assert_told_what_was_heard(recording, played):
    """Whenever the player asked how far the sound was, it was told what a listener had heard by then."""
    assert played.clock
    begins = np.array([piece.time for piece in recording.pieces])
    lengths = np.array([len(piece.samples) for piece in recording.pieces])

    def heard_until(time):
        return np.clip((time - begins) * recording.frames_per_second, 0, lengths).sum()

    for reading in played.clock:
        told = max(reading.position, 0)  # less than nothing, while the first frame is on its way
        assert heard_until(reading.begin) - 1 <= told <= heard_until(reading.end) + 1


@pytest.mark.parametrize("channels", [1, 2])
def test_each_frame_is_heard_once_and_in_order(make_card, channels):
    card, samples = make_card(channels=channels), noise(0.6, channels=channels)
    played = play(card, samples, rate=RATE)
    recording = card.recording()
    assert np.array_equal(recording.heard, samples)
    assert len(recording.pieces) == 1
    assert recording.gaps() == []
    assert (recording.underruns, recording.dropped_frames) == (0, 0)
    assert recording.last_sound - recording.first_sound == pytest.approx(0.6, abs=1e-6)
    assert_told_what_was_heard(recording, played)


@pytest.mark.usefixtures("busy_machine")
def test_the_card_has_no_gaps_of_its_own_on_a_busy_machine(make_card):
    card, samples = make_card(), noise(1.5)
    play(card, samples, rate=RATE, latency=1)
    recording = card.recording()
    assert np.array_equal(recording.sound, samples)
    assert recording.underruns == 0


def test_a_pause_of_the_player_is_a_gap_at_its_place_and_as_long(make_card):
    card, samples = make_card(), noise(1.3)
    played = play(card, samples, rate=RATE, latency=0.25, pauses=[(RATE // 3, 0.35), (RATE, 0.4)])
    recording = card.recording()
    assert np.array_equal(recording.heard, samples)
    assert recording.underruns == len(recording.gaps()) == 2
    assert [gap.after_frames for gap in recording.gaps()] == [RATE // 3, RATE]
    for gap, pause in zip(recording.gaps(), played.pauses, strict=True):
        assert pause.position == gap.after_frames
        told = max(
            (reading for reading in played.clock if reading.begin < pause.begin), key=lambda r: r.begin
        )
        empty = told.begin + (pause.position - told.position) / RATE
        assert gap.time == pytest.approx(empty, abs=told.end - told.begin + 2 / RATE)
        after = min(reading.end for reading in played.clock if reading.position > gap.after_frames)
        assert pause.end - 1 / RATE <= gap.time + gap.seconds <= after
    assert recording.silence_ms() == pytest.approx(1_000 * sum(gap.seconds for gap in recording.gaps()))


@pytest.mark.parametrize("drift_ppm", [-250, 80.5])
def test_the_clock_drifts_as_it_is_told_to(make_card, drift_ppm):
    rate = 192_000  # its frames are short, and so is what a reading of the clock can be wrong by
    card = make_card(rates=(rate,), drift_ppm=drift_ppm)
    played = play(card, noise(1.5, rate=rate), rate=rate)
    assert_told_what_was_heard(card.recording(), played)
    readings = [
        reading for reading in played.clock if reading.end - reading.begin < 5e-5 and reading.position > 0
    ]
    times = np.array([reading.begin + reading.end for reading in readings]) / 2
    speed, _ = np.polyfit(times - times[0], [reading.position for reading in readings], 1)
    assert 1e6 * (speed / rate - 1) == pytest.approx(drift_ppm, abs=5)


def test_what_is_on_its_way_to_the_ear_is_heard_later_and_told_as_delay(make_card):
    card = make_card(latency_frames=RATE // 5)
    played = play(card, noise(0.3), rate=RATE)
    recording = card.recording()
    assert_told_what_was_heard(recording, played)
    assert played.clock[0].position == -RATE // 5
    assert recording.first_sound >= played.clock[0].end + 1 / 5


def test_a_stall_of_the_card_is_silence_and_nothing_is_lost(make_card, through_portaudio):
    card, samples = make_card(), noise(0.7)
    player = through_portaudio(card, samples, latency=0.5)
    assert player.ask("write") == "playing"
    for count in (1, 2):
        card.until(lambda recording, count=count: len(sound_of(recording)) > count * RATE / 10)
        card.stall(0.15)
        card.until(lambda recording, count=count: len(recording.pieces) > count)
    recording = card.until(lambda recording: len(sound_of(recording)) == len(samples))
    assert np.array_equal(sound_of(recording), samples)
    assert recording.underruns == 0
    assert [gap.seconds for gap in recording.gaps()] == pytest.approx([0.15, 0.15], abs=2 / RATE)


def test_a_program_sees_the_card_alone_and_plays_on_it_by_default(make_card, through_portaudio):
    player = through_portaudio(make_card(), noise(0.1))
    assert player.ask("devices") == [["card"], 0]


def test_several_cards_are_several_devices(make_card, through_portaudio):
    first, second = make_card(name="first"), make_card(name="second")
    player = through_portaudio(first, noise(0.1), second)
    assert player.ask("devices") == [["first", "second"], 0]
    assert player.ask("write") == "playing"
    first.until(lambda recording: len(sound_of(recording)) == RATE / 10)
    assert len(second.recording().heard) == 0


@pytest.mark.parametrize("how", ["write", "callback"])
def test_what_portaudio_plays_is_heard_whole(make_card, through_portaudio, how):
    card, samples = make_card(channels=2), noise(0.5, channels=2)
    player = through_portaudio(card, samples, latency=0.5)
    assert player.ask(how) == "playing"
    card.until(lambda recording: len(sound_of(recording)) == len(samples))
    assert player.ask("close") == "closed"
    recording = card.recording()
    assert np.array_equal(recording.sound, samples)
    assert recording.underruns == 0


def test_what_is_dropped_is_not_heard(make_card, through_portaudio):
    card, samples = make_card(), noise(5)
    player = through_portaudio(card, samples, latency=0.5)
    assert player.ask("callback") == "playing"
    card.until(lambda recording: len(sound_of(recording)) > 0)
    assert player.ask("close") == "closed"
    heard = sound_of(recording := card.recording())
    assert np.array_equal(heard, samples[: len(heard)])
    assert (
        RATE // 4 < recording.dropped_frames <= RATE // 2 + RATE // 5
    )  # of a buffer that is half a second and a block
    assert recording.last_sound < time.monotonic()


def test_a_killed_player_is_heard_up_to_its_last_word(make_card, through_portaudio):
    card, samples = make_card(), noise(5)
    player = through_portaudio(card, samples)
    assert player.ask("callback") == "playing"
    card.until(lambda recording: len(sound_of(recording)) > RATE / 2)
    player.kill()
    heard = sound_of(recording := card.recording())
    assert np.array_equal(heard, samples[: len(heard)])
    assert RATE / 4 < len(heard) < len(samples)
    assert recording.last_sound < time.monotonic()


class TestOpening:
    """The numbers that PortAudio 19.6 gives."""

    @staticmethod
    def loaded(player):
        """PortAudio opens each device to list it when it is loaded: two at once would find the card busy."""
        player.ask("devices")
        return player

    def test_a_card_that_another_plays_on_is_unavailable_until_it_is_free(self, make_card, through_portaudio):
        card = make_card()
        first, second = (self.loaded(through_portaudio(card, noise(5))) for _ in range(2))
        assert first.ask("callback") == "playing"
        assert second.ask("callback") == -9985
        assert first.ask("close") == "closed"
        assert second.ask("callback") == "playing"

    def test_a_busy_card_is_not_listed(self, make_card, through_portaudio):
        card = make_card()
        with card.busy():
            assert through_portaudio(card, noise(0.1)).ask("devices") == [[], -1]

    def test_a_card_that_is_gone_is_no_combination_of_devices(self, make_card, through_portaudio):
        card = make_card()
        player = through_portaudio(card, noise(0.1))
        player.ask("devices")
        card.vanish("unplugged")
        assert player.ask("write") == -9993
        card.come_back()
        assert player.ask("write") == "playing"

    def test_a_card_of_one_rate_takes_no_other(self, make_card, through_portaudio):
        card = make_card(rates=(48_000,))
        assert through_portaudio(card, noise(0.1), rate=24_000).ask("write") == -9997
        assert through_portaudio(card, noise(0.1), rate=48_000).ask("write") == "playing"

    def test_a_mono_card_takes_no_second_channel(self, make_card, through_portaudio):
        assert through_portaudio(make_card(), noise(0.1, channels=2)).ask("write") == -9998

    @pytest.mark.parametrize(("latency", "buffer_frames"), [(0, 960), (1, 1_920)])
    def test_a_buffer_has_its_limits(self, make_card, through_portaudio, latency, buffer_frames):
        card = make_card(period_frames=(480, 480), buffer_frames=(960, 1_920))
        player = through_portaudio(card, noise(0.1), latency=latency)
        assert player.ask("write") == "playing"
        assert player.ask("state")["latency"] == pytest.approx((buffer_frames - 480) / RATE)


class TestVanishing:
    """The three ways in which PortAudio 19.6 tells its caller of it, or does not."""

    @pytest.fixture
    def playing(self, make_card, through_portaudio):
        """A card, and a process that plays on it."""

        def start(how):
            card = make_card()
            player = through_portaudio(card, noise(20), latency=0.5, says=subprocess.DEVNULL)
            assert player.ask(how) == "playing"
            # A write begins to sound when little is written, and one that just ran empty tells of an error.
            while how == "write" and player.ask("state")["blocks"] * BLOCK_SECONDS < 0.5:
                time.sleep(0.01)
            card.until(lambda recording: len(sound_of(recording)) > RATE / 10)
            return card, player

        return start

    @pytest.mark.parametrize("how", ["write", "callback"])
    def test_unplugged_it_asks_for_nothing_and_says_nothing(self, playing, how):
        card, player = playing(how)
        vanished = card.vanish("unplugged")
        assert settled(player) == {"active": True, "finished": False, "error": None}
        assert player.ask("close") == "closed"
        heard = sound_of(recording := card.recording())
        assert np.array_equal(heard, noise(20)[: len(heard)])
        assert recording.last_sound == pytest.approx(vanished, abs=2 / RATE)
        assert (
            recording.dropped_frames < RATE
        )  # the rest of a buffer, and what came before the player was told

    def test_hung_up_the_callback_is_finished(self, playing):
        card, player = playing("callback")
        card.vanish("hung up")
        assert settled(player) == {"active": False, "finished": True, "error": None}
        assert player.ask("close") == "closed"

    def test_hung_up_the_blocking_call_fails(self, playing):
        card, player = playing("write")
        card.vanish("hung up")
        assert settled(player) == {"active": True, "finished": False, "error": -9999}
        assert player.ask("close") == "closed"

    @pytest.mark.parametrize("how", ["write", "callback"])
    def test_dead_it_says_nothing_and_cannot_be_closed(self, playing, how):
        card, player = playing(how)
        card.vanish("dead")
        assert settled(player) == {"active": True, "finished": False, "error": None}
        if how == "callback":
            assert player.ask("close", within=0.5) is None


def settled(player):
    """What can be seen of a stream that has stopped to ask for more."""
    while (before := player.ask("state")) != (time.sleep(0.2), player.ask("state"))[1]:
        pass
    return {name: before[name] for name in ("active", "finished", "error")}
