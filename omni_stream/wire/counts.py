"""Usage objects -> ``Usage``: the counts by the names that a service has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.events import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from omni_stream.events import Raw


def usage_of(
    counts: object, raw: Raw, *, input: tuple[str, ...], output: tuple[str, ...], total: str
) -> Iterator[Usage]:
    """What ``counts`` says, if it says anything.

    Args:
        counts: A document's usage object, or whatever stands in its place.
        raw: The document.
        input: The names of what adds up to the input's tokens.
        output: Those of the output's.
        total: The name of the total; if it is missing the total is what the others add up to.
    """
    if not isinstance(counts, dict) or not counts:
        return
    named = (*input, *output, total)
    taken = sum(_count(counts, name) for name in input)
    given = sum(_count(counts, name) for name in output)
    details = {name: value for name, value in counts.items() if name not in named}
    yield Usage(taken, given, _count(counts, total) or taken + given, details, raw)


def _count(counts: Mapping[str, object], name: str) -> int:
    count = counts.get(name)
    return count if isinstance(count, int) and not isinstance(count, bool) else 0
