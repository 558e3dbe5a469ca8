"""The profile that fits: recall as the simulated model has it (`harness/simulated/attention.py`), by likelihood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from harness.simulated.profiles import PROFILES

PARAMETERS = ("base", "load", "fade", "dip", "late", "keep", "keep of a merger")
"""Of a profile. `keep` is that of an optimizer, who writes one instruction again; a merger may keep another share."""

BOUNDS = ((0.01, 1.0), (0.0, 0.2), (0.0, 0.5), (0.0, 1.0), (0.0, 1.0), (0.001, 1.0), (0.001, 1.0))
"""Of each parameter; an estimate at a bound says that this form of recall does not go further."""

KINDS = ("follow", "rewrite", "merge")

ASSUMED = PROFILES["sim/small"]
"""What short questions cannot show is taken from here: `floor`, `short`, `dip_half`."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Items:
    """What became of every item of all questions: arrays of one length.

    Attributes
    ----------
    kept
        1 where the answer has it, else 0.
    tokens
        Length of its prompt.
    place
        Where it stands in the prompt, in [0, 1].
    rules
        How many rules stand in the prompt.
    kind
        Place of its kind in `KINDS`.
    question
        Number of its question: items of one question stand and fall together.
    """

    kept: Array
    tokens: Array
    place: Array
    rules: Array
    kind: Array
    question: NDArray[np.int64]

    def where(self, mask: NDArray[np.bool_]) -> Items:
        """Return the items of a mask."""
        return Items(*(getattr(self, column.name)[mask] for column in fields(self)))


def recall(values: Array, items: Items) -> Array:
    """Return the chance of each item under values of `PARAMETERS`."""
    base, load, fade, dip, late, keep, merged = values
    doublings = np.log2(np.maximum(items.tokens, ASSUMED.short) / ASSUMED.short)
    length = np.maximum(ASSUMED.floor, 1.0 - fade * doublings)
    depth = items.tokens / (items.tokens + ASSUMED.dip_half)
    position = np.maximum(0.0, 1.0 - depth * (dip * 4.0 * items.place * (1.0 - items.place) + late * items.place))
    # As in the simulated model: load weighs on what is followed, `keep` on what is written again.
    last = np.choose(items.kind.astype(int), [np.exp(-load * (items.rules - 1.0)), keep, merged])
    return np.asarray(base * length * position * last, dtype=np.float64)


def fit(items: Items, weights: Array | None = None) -> Array:
    """Return the values of `PARAMETERS` under which the items are likeliest.

    Parameters
    ----------
    weights
        How often each item counts; None: once.
    """
    counts = np.ones_like(items.kept) if weights is None else weights

    def surprise(values: Array) -> float:
        chance = np.clip(recall(values, items), 1e-4, 1.0 - 1e-4)
        logs = items.kept * np.log(chance) + (1.0 - items.kept) * np.log1p(-chance)
        return float(-np.average(logs, weights=counts))

    starts = ((0.9, 0.005, 0.05, 0.2, 0.1, 0.9, 0.9), (0.6, 0.02, 0.02, 0.05, 0.05, 0.99, 0.1))
    found = [minimize(surprise, np.array(start), method="L-BFGS-B", bounds=BOUNDS) for start in starts]
    best = min(found, key=lambda one: float(one.fun))
    return np.asarray(best.x, dtype=np.float64)


def intervals(items: Items, draws: int = 200, seed: int = 0) -> Array:
    """Return the 95 % interval of each parameter, shape (7, 2): whole questions are drawn again."""
    fits = [fit(items, weights) for weights in _drawn(items, draws, seed)]
    return np.asarray(np.percentile(np.array(fits), [2.5, 97.5], axis=0).T, dtype=np.float64)


def share(items: Items, draws: int = 1000, seed: int = 0) -> tuple[float, float, float]:
    """Return the share that was kept and its 95 % interval: whole questions are drawn again."""
    means = [float(np.average(items.kept, weights=weights)) for weights in _drawn(items, draws, seed)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(items.kept.mean()), float(low), float(high)


def _drawn(items: Items, draws: int, seed: int) -> Iterator[Array]:
    """Yield how often each item counts where whole questions are drawn with replacement."""
    rng = np.random.default_rng(seed)
    _, place = np.unique(items.question, return_inverse=True)
    count = int(place.max()) + 1
    for _ in range(draws):
        yield rng.multinomial(count, np.full(count, 1.0 / count))[place].astype(np.float64)
