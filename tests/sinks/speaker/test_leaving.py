"""However a speaker is left, the program ends, and the device is free."""

import pytest


@pytest.mark.parametrize(
    "how", ["to the end of the program", "by an error", "to the collector", "to a child"]
)
def test_a_speaker_that_is_left_open_holds_up_nobody(make_card, child, how):
    card = make_card()
    program = child(card, "is_left", how=how, quiet=True)
    program.until("playing")
    if how in ("to the end of the program", "by an error"):
        for line in program.process.stdout:
            raise AssertionError(line)
        assert program.process.wait(10) == (how == "by an error")
    else:
        (closed,) = program.all("closed")
        assert closed["heard_seconds"] == (0.1 if how == "to the collector" else 0.5)
        assert (how == "to a child") == any(said["what"] == "refused" for said in program.said)
    with card.busy():
        pass  # nobody has it any more


def test_nothing_is_left_of_fifty_speakers(make_card, child):
    card = make_card()
    program = child(card, "opens_again_and_again")
    (closed,) = program.all("closed")
    early, late = [said for said in program.said if said["what"] == "cycle"]
    assert (late["threads"], late["files"]) == (early["threads"], early["files"])
    assert late["memory_kb"] < early["memory_kb"] + 2_048
    assert closed["threads"] == 1
