"""A learned predictor: ridge regression on the merges below, which were backtested in this run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.domain import Modules, Performance
from harness.core.lab import Lab
from methods.merge_tree import Node

Features = list[float]


@dataclass(frozen=True)
class Ridge:
    """Predicts, for each category, how much of the constituents' performance a merge keeps.

    A row is one category of one backtested merge: how its constituents performed there, how many they were, and how
    much longer the merged text is than theirs, against the change of the score. Only merges below the one that is
    predicted are used, so that nothing depends on which branch of the tree is faster. With fewer than `least` rows it
    does not predict: the first merges of a run are always backtested.

    Parameters
    ----------
    least
        Rows.
    alpha
        Strength of the pull towards "a merge keeps what its constituents have".
    """

    least: int = 4
    alpha: float = 1.0

    async def __call__(self, lab: Lab, modules: Modules, nodes: Sequence[Node]) -> Performance | None:
        """Return the prediction, or None if there is too little to learn from."""
        rows = [row for node in nodes for below in node for row in rows_of(below)]
        if len(rows) < self.least:
            return None
        from sklearn.linear_model import Ridge as Model

        model = Model(alpha=self.alpha).fit([x for x, _ in rows], [y for _, y in rows])
        before = pooled(nodes)
        known = before.by_category()
        change = model.predict([features(part, nodes, merged=modules) for part in known.values()]).tolist()
        expected = {
            name: min(1.0, max(0.0, part.mean + delta))
            for (name, part), delta in zip(known.items(), change, strict=True)
        }
        lab.note("prediction-rows", rows=len(rows), expected=expected)
        return Performance({task: expected[before.categories[task]] for task in before.scores}, before.categories)


def rows_of(node: Node) -> list[tuple[Features, float]]:
    """Return what a node teaches: nothing unless it is a merge that was measured."""
    if not node.children or not node.measured:
        return []
    after = node.performance.by_category()
    before = pooled(node.children).by_category()
    return [
        (features(part, node.children, merged=node.modules), after[name].mean - part.mean)
        for name, part in before.items()
        if name in after
    ]


def features(part: Performance, constituents: Sequence[Node], *, merged: Modules) -> Features:
    """Return the features of one category of a merge, each about in [-1, 3]."""
    longest = max(len(node.modules.text) for node in constituents)
    growth = math.log((1 + len(merged.text)) / (1 + longest))
    return [part.mean - 0.5, math.log2(len(constituents)), growth]


def pooled(nodes: Sequence[Node]) -> Performance:
    """Return how the nodes' own modules performed on their own tasks, together."""
    performances = [node.performance for node in nodes]
    scores = {task: score for each in performances for task, score in each.scores.items()}
    categories = {task: name for each in performances for task, name in each.categories.items()}
    return Performance(scores, categories)
