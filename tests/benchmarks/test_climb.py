from dataclasses import dataclass, field

import pytest
from side_by_side.climb import climb
from side_by_side.crowd import DELIVERY_SECONDS, Look


@dataclass
class Hill:
    """A crowd of which ``fit`` are in time; looks that are ``bad_luck``, by their number, are late anyway."""

    fit: int
    server_fit: int = 1 << 20
    bad_luck: frozenset[int] = frozenset()
    taken: frozenset[int] = frozenset()
    sizes: list[int] = field(default_factory=list)
    looks: int = 0

    async def resize(self, sessions):
        self.sizes.append(sessions)

    async def look(self, seconds):
        del seconds
        sessions = self.sizes[-1]
        self.looks += 1
        is_late = sessions > self.fit or self.looks in self.bad_luck
        return Look(
            delivery=DELIVERY_SECONDS * (2 if is_late else 0.5),
            server_late=0.1 if sessions > self.server_fit else 0.001,
            cpu_seconds=1e-5,
            taken=0.2 if self.looks in self.taken else 0.0,
            busy=min(1.0, sessions / max(1, self.fit)),
            wake_ups=1.0,
        )


@pytest.mark.parametrize("fit", [1, 3, 90, 128, 129, 1000, 2345, 6000])
async def test_the_number_is_found_to_a_sixteenth(fit):
    found = await climb(Hill(fit), first=128, most=6144, seconds=1)
    assert found.sessions <= fit <= found.sessions + max(1, found.sessions / 16)
    assert not found.note


async def test_bad_luck_once_at_a_number_is_made_good():
    hill = Hill(1000, bad_luck=frozenset({2, 5}))
    found = await climb(hill, first=128, most=6144, seconds=1)
    assert 940 <= found.sessions <= 1000


async def test_what_is_late_while_others_have_the_core_is_looked_at_again():
    hill = Hill(1000, bad_luck=frozenset({2, 3, 4}), taken=frozenset({2, 3}))
    found = await climb(hill, first=128, most=6144, seconds=1)
    assert 940 <= found.sessions <= 1000


async def test_where_others_have_the_core_nobody_is_blamed():
    found = await climb(Hill(1000, taken=frozenset(range(1000))), first=128, most=6144, seconds=1)
    assert found.sessions >= 128
    assert "other programs had 20 % of the core" in found.note


async def test_where_the_server_is_late_nobody_is_blamed():
    found = await climb(Hill(1000, server_fit=500), first=128, most=6144, seconds=1)
    assert found.sessions >= 128
    assert "server itself was 100 ms late" in found.note


async def test_no_more_are_tried_than_the_server_is_asked_for():
    hill = Hill(100_000)
    found = await climb(hill, first=128, most=6144, seconds=1)
    assert (found.sessions, max(hill.sizes)) == (6144, 6144)
    assert found.note


async def test_none_fit_where_none_do():
    found = await climb(Hill(0), first=128, most=6144, seconds=1)
    assert (found.sessions, found.note) == (0, "")
