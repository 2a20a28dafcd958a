"""How a buffer fares, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BufferStats:
    """What a buffer holds and how it has fared.

    Attributes:
        level_seconds: Audio held now, in seconds; an item without `.seconds` counts 0.
        limit_seconds: The bound on it.
        high_water_seconds: The most that was held.
        items: Items held now.
        limit_items: The bound on them.
        producer_waits: How often the source had to wait for room.
        consumer_waits: How often the consumer had to wait for an item.
        dropped_items: Items that did not fit, of a branch that drops.
        dropped_seconds: Their audio, in seconds.
    """

    level_seconds: float = 0.0
    limit_seconds: float = 0.0
    high_water_seconds: float = 0.0
    items: int = 0
    limit_items: int = 0
    producer_waits: int = 0
    consumer_waits: int = 0
    dropped_items: int = 0
    dropped_seconds: float = 0.0
