"""The tree of merges, and its size next to the paper's bound (Section 3.2, Appendix C).

Appendix C counts how often n modules are **reduced** to about sqrt(n) until the threshold is reached: O(log log n).
A cluster is merged by the same rule as the whole, and so are the results of the clusters. The **depth**, how many
merges lie between a module and the root, is therefore twice that of sqrt(n) modules, which is O(log n), and it is
larger where clusters are unbalanced. Every merge on that path backtests the module's tasks once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from harness.core.domain import Candidate

Clusters = Literal["sqrt"] | int
"""How many clusters: ceil(sqrt(n)) as in the paper, or a number (where it is n or more, ceil(sqrt(n)) again)."""


def count(clusters: Clusters, n: int) -> int:
    """Return into how many groups n > 2 candidates are clustered: at least 2, fewer than n."""
    return clusters if clusters != "sqrt" and clusters < n else max(2, math.ceil(math.sqrt(n)))


@dataclass(frozen=True, eq=False)
class Node(Candidate):
    """A candidate, and the nodes that it was merged from (none for a subset's own).

    Attributes
    ----------
    reductions
        How often the list that this node was merged from was clustered, one clustering within the other.
    predicted
        The mean score that was predicted for it, where a method predicts (`methods.plus`).
    measured
        Whether `performance` comes from a backtest; otherwise it is the prediction.
    """

    children: tuple[Node, ...] = ()
    reductions: int = 0
    predicted: float | None = None
    measured: bool = True

    @property
    def depth(self) -> int:
        """The most merges between a leaf and this node."""
        depths: dict[int, int] = {}
        for node in reversed(list(self)):  # children first; a tree may be deeper than Python recurses
            depths[id(node)] = 1 + max(depths[id(child)] for child in node.children) if node.children else 0
        return depths[id(self)]

    def __iter__(self) -> Iterator[Node]:
        """Yield this node and all below, parents first."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    @property
    def leaves(self) -> list[Node]:
        """The nodes that were not merged."""
        return [node for node in self if not node.children]


def paper_reductions(n: int, threshold: int) -> int:
    """Return how often n is reduced to ceil(sqrt(n)) until it is at most the threshold (Appendix C)."""
    reductions = 0
    while n > threshold:
        n = max(2, math.ceil(math.sqrt(n)))
        reductions += 1
    return reductions


@cache
def most_merges(n: int, threshold: int, *, clusters: Clusters) -> float:
    """Return in how many merges one of n modules takes part, on average over the modules, in the worst tree.

    A clustering may put any number of modules into a cluster, so the worst division is looked for at each level. Of
    the merges among the results of the clusters, the longest path counts for all.
    """
    worst = np.zeros(n + 1)  # by number of modules, summed over the modules
    widest = max((count(clusters, m) for m in range(threshold + 1, n + 1)), default=1)
    divided = np.full((widest + 1, n + 1), -np.inf)  # [k, m]: the same below the root, for m modules in k clusters
    for m in range(1, n + 1):
        for k in range(2, min(widest, m) + 1):
            divided[k, m] = (divided[k - 1, m - 1 : 0 : -1] + worst[1:m]).max()
        if m > 1:
            k = count(clusters, m)
            worst[m] = m if m <= threshold else divided[k, m] + m * _longest_path(k, threshold, clusters=clusters)
        divided[1, m] = worst[m]
    return float(worst[n] / n)


def _longest_path(n: int, threshold: int, *, clusters: Clusters) -> int:
    path = 0
    while n > threshold:
        k = count(clusters, n)
        path += _longest_path(k, threshold, clusters=clusters)
        n += 1 - k
    return path + (n > 1)


def measured(root: Node, threshold: int) -> dict[str, int]:
    """Return the tree's size next to the paper's.

    Returns
    -------
    dict
        ``modules``; ``merges``; ``depth``; ``reductions`` and ``paper_reductions``; ``backtests`` (each task after
        each merge counts one) and ``paper_backtests``, which counts each task once a level: after each reduction, and
        after the merge at the threshold.
    """
    leaves, merges = root.leaves, [node for node in root if node.children]
    reductions = paper_reductions(len(leaves), threshold)
    return {
        "modules": len(leaves),
        "merges": len(merges),
        "depth": root.depth,
        "reductions": root.reductions,
        "paper_reductions": reductions,
        "backtests": sum(len(node.tasks) for node in merges),
        "paper_backtests": len(root.tasks) * (reductions + 1) if merges else 0,
    }
