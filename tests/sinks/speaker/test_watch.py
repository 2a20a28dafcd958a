from omni_stream.sinks.speaker.watch import LOOK_SECONDS, LOST_SECONDS, Watch

LOOKS = round(LOST_SECONDS / LOOK_SECONDS)


def lost_after(watch, seen, *, step=LOOK_SECONDS):
    """At which look of those whose counts are `seen` it is lost."""
    for number, blocks in enumerate(seen):
        if watch.is_lost(100 + number * step, blocks=blocks, is_finished=False):
            return number
    return None


def test_a_device_that_asks_for_no_block_is_lost_after_a_second():
    assert lost_after(Watch(0.04), [7] * 100) in (LOOKS, LOOKS + 1)


def test_each_block_begins_it_anew():
    assert lost_after(Watch(0.04), [n // (LOOKS - 1) for n in range(1_000)]) is None


def test_a_device_with_a_long_buffer_may_be_silent_for_as_long():
    assert lost_after(Watch(1.0), [7] * 100) in (4 * LOOKS, 4 * LOOKS + 1)


def test_a_process_that_was_stopped_is_no_lost_device():
    assert lost_after(Watch(0.04), [7, 7, 7, 8, 9], step=3_600) is None


def test_a_stream_that_has_ended_is_lost_at_once():
    assert Watch(0.04).is_lost(0, blocks=5, is_finished=True)
