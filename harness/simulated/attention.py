"""What the simulated model recalls of what it reads: one stated model of attention, the same for every caller.

An item stands at a relative position of a prompt of some length. Its recall is a product of three factors:

length
    falls by `fade` with each doubling of the prompt beyond `short` tokens, never below `floor`;
position
    1 at the beginning, lowest in the middle, a little less than 1 at the end; the dip deepens with length;
load
    (for instructions that are to be followed) falls with the number of sentences to follow at once.

All chance is a hash of the seed, the item and the place where it is asked for: same bytes in, same bytes out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

from .profiles import Profile

_T = TypeVar("_T")
_SCALE = float(1 << 53)


@lru_cache(maxsize=16384)
def uniform(*key: int | str) -> float:
    """Return a number in [0, 1) that depends on `key` alone, in every process and on every machine."""
    data = "\x1f".join(map(str, key)).encode("utf-8", "surrogatepass")
    return (int.from_bytes(blake2b(data, digest_size=8).digest(), "big") >> 11) / _SCALE


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """Return a short name of a long text, to be used in keys of draws."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def length_factor(profile: Profile, tokens: int) -> float:
    """Return the factor in [floor, 1] of a prompt of that many tokens; it never rises with length."""
    if tokens <= profile.short:
        return 1.0
    return max(profile.floor, 1.0 - profile.fade * math.log2(tokens / profile.short))


def position_factor(profile: Profile, position: float, *, tokens: int) -> float:
    """Return the factor in [0, 1] of a relative position in [0, 1]: a valley that deepens with length."""
    x = min(1.0, max(0.0, position))
    depth = tokens / (tokens + profile.dip_half) if tokens > 0 else 0.0
    valley = profile.dip * 4.0 * x * (1.0 - x)
    return max(0.0, 1.0 - depth * (valley + profile.late * x))


def load_factor(profile: Profile, sentences: int) -> float:
    """Return the factor in (0, 1] of an instruction of that many sentences."""
    return math.exp(-profile.load * max(0, sentences - 1))


def recall(profile: Profile, position: float, *, tokens: int, sentences: int = 1) -> float:
    """Return the chance that an item is recalled."""
    if profile.recall is not None:
        return profile.recall
    return (
        profile.base
        * length_factor(profile, tokens)
        * position_factor(profile, position, tokens=tokens)
        * load_factor(profile, sentences)
    )


class Mind:
    """The attention of one answer: a profile, a seed, and the length of the prompt.

    Parameters
    ----------
    profile
        Limits of the backbone.
    seed
        Of the request.
    tokens
        Length of the prompt.
    """

    __slots__ = ("profile", "seed", "tokens")

    def __init__(self, profile: Profile, seed: int, *, tokens: int) -> None:
        self.profile = profile
        self.seed = seed
        self.tokens = tokens

    def draw(self, *key: int | str) -> float:
        """Return a number in [0, 1) for this key."""
        return uniform(self.seed, *key)

    def chance(self, probability: float, *key: int | str) -> bool:
        """Return whether something of this probability happens."""
        return probability >= 1.0 or uniform(self.seed, *key) < probability

    def recalls(self, item: str, position: float, *place: int | str, sentences: int = 1) -> bool:
        """Return whether an item at a relative position of the prompt is recalled."""
        return self.chance(
            recall(self.profile, position, tokens=self.tokens, sentences=sentences), "recall", item, *place
        )

    def choose(self, items: Sequence[_T], weights: Sequence[float], *key: int | str) -> _T:
        """Return one of `items` by weight.

        Raises
        ------
        ValueError
            If there are no items.
        """
        if not items:
            raise ValueError("nothing to choose from")
        at = self.draw("choose", *key) * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            at -= weight
            if at < 0:
                return item
        return items[-1]
