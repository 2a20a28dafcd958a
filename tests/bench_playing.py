"""The plainest players: they look at every tick of a clock of whole numbers."""


def arrivals(gaps_and_lengths):
    """Events of (ticks since the one before, ticks of audio) as (when, ticks of audio)."""
    now, events = 0, []
    for gap, length in gaps_and_lengths:
        now += gap
        events.append((now, length))
    return events


def pausing(events, *, buffer, ended):
    """(stalls, silent ticks) of a player that waits for `buffer` ticks of audio, or the end of the reply."""
    total, played, stalls, silent = sum(length for _, length in events), 0, 0, 0
    is_playing, has_begun, tick = False, False, 0
    while played < total:
        come = sum(length for at, length in events if at <= tick)
        if is_playing and come == played:
            is_playing = False
            stalls += 1
        if not is_playing and come > played and (come - played >= buffer or tick >= ended):
            is_playing = has_begun = True
        if is_playing:
            played += 1
        elif has_begun:
            silent += 1
        tick += 1
    return stalls, silent


def plays_through(events, *, wait):
    """Whether a player that begins `wait` ticks after the first event always has something to play."""
    begin = events[0][0] + wait
    total = sum(length for _, length in events)
    return all(
        sum(length for at, length in events if at <= begin + played) > played for played in range(total)
    )


def heard_at(events, position):
    """The tick at which a player without buffer plays the tick of audio number `position`."""
    played, tick = 0, 0
    while True:
        if sum(length for at, length in events if at <= tick) > played:
            if played == position:
                return tick
            played += 1
        tick += 1
