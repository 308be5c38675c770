"""Chance, the same in every run: one stream for each entity, so that one more draw here changes nothing there."""

import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, entity: str) -> random.Random:
        """The stream of one entity: "customer 17", "calls" …"""
        return random.Random(f"{self.seed}:{entity}")

    def deck(self, entity: str, parts: Mapping[T, int], size: int) -> list[T]:
        """`size` cards in a drawn order whose parts are exact (to a card), unlike those of independent draws.

        >>> sorted(Chance(1).deck("x", {"a": 3, "b": 1}, 8))
        ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b']
        """
        whole = sum(parts.values())
        exact = {card: part * size / whole for card, part in parts.items()}
        counts = {card: math.floor(share) for card, share in exact.items()}
        for card in sorted(parts, key=lambda card: counts[card] - exact[card])[: size - sum(counts.values())]:
            counts[card] += 1
        cards = [card for card, count in counts.items() for _ in range(count)]
        self.of(entity).shuffle(cards)
        return cards


def draw(stream: random.Random, parts: Mapping[T, float]) -> T:
    """One of them, each as often as its part says."""
    return stream.choices(list(parts), list(parts.values()))[0]


def some(stream: random.Random, things: Sequence[T], count: int) -> list[T]:
    """So many different ones, in the order in which they stand."""
    chosen = sorted(stream.sample(range(len(things)), min(count, len(things))))
    return [things[place] for place in chosen]
