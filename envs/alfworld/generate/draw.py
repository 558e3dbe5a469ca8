"""Random decisions that come out the same on every Python: all rest on `random.Random.random`, which is stable."""

import hashlib
import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of decisions, fixed by what it is drawn for.

    Parameters
    ----------
    *purpose : str or int
        What the stream is for, e.g. the seed, the split and the game's index.
    """

    def __init__(self, *purpose: str | int) -> None:
        digest = hashlib.sha256("\x1f".join(map(str, purpose)).encode()).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def below(self, bound: int) -> int:
        """An integer from 0 to `bound` - 1."""
        return int(self._random.random() * bound)

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely."""
        return options[self.below(len(options))]

    def weighted(self, options: Sequence[tuple[T, float]]) -> T:
        """One of the (option, weight) pairs' options."""
        point = self._random.random() * sum(weight for _, weight in options)
        for option, weight in options:
            point -= weight
            if point < 0:
                return option
        return options[-1][0]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """The items in a random order (Fisher and Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order
