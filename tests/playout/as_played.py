"""What may be heard of samples that are played once each, in order, between fades: an oracle, read plainly.

It follows every way in which the samples so far may have come about: a way is how many samples were
played, and how far the gain is open.
"""


def as_played(heard, samples, fade):
    """Whether `heard` is all of `samples`, none of them 0, with silence where the gain is closed.

    The gain is open at the first of them, and may be at the last.
    """
    ways = {(0, 0)}
    for sound in heard:
        further = set()
        for played, gain in ways:
            if sound == 0 and (gain == 0 or played == len(samples)):
                further.add((played, gain))
            if played < len(samples):
                for moved in (min(gain + 1, fade), gain - 1) if played else (fade,):
                    if moved >= 0 and sound == int(samples[played] * moved / fade):
                        further.add((played + 1, moved))
        ways = further
    return any(played == len(samples) for played, _ in ways)
