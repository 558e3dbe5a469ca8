"""A predicted performance in place of a backtest (the paper's future work), checked on a sampled share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from harness.core.domain import Modules, Performance
from harness.core.lab import Lab
from methods.merge_tree import Node
from methods.merging import union
from methods.plus.step import backtested

Predict = Callable[[Lab, Modules, Sequence[Node]], Awaitable[Performance | None]]
"""Predicts how modules perform that were merged from these nodes; None if it cannot."""


@dataclass(frozen=True)
class Predicted:
    """Predicts a merge's performance, and backtests where it cannot, or to see how good predictions are.

    Parameters
    ----------
    predict
        By whom.
    checks
        Share of the predictions that are checked by a backtest; which ones is drawn.
    """

    predict: Predict
    checks: float

    async def __call__(self, lab: Lab, modules: Modules, nodes: Sequence[Node]) -> Node:
        """Return the merge's node, measured or not."""
        predicted = await self.predict(lab, modules, nodes)
        if predicted is None:
            return await backtested(lab, modules, nodes)
        if lab.rng("check").random() >= self.checks:
            lab.note("prediction", modules=modules.digest, predicted=predicted.mean)
            return Node(modules, union(nodes), predicted, tuple(nodes), predicted=predicted.mean, measured=False)
        node = await backtested(lab, modules, nodes)
        lab.note("prediction", modules=modules.digest, predicted=predicted.mean, measured=node.performance.mean)
        return replace(node, predicted=predicted.mean)


def calibration(root: Node) -> dict[str, float | int] | None:
    """Return how far the checked predictions of a tree were off; None if there were no predictions."""
    predicted = [(node, node.predicted) for node in root if node.predicted is not None]
    errors = [mean - node.performance.mean for node, mean in predicted if node.measured]
    if not predicted:
        return None
    facts: dict[str, float | int] = {"predictions": len(predicted), "checked": len(errors)}
    if errors:
        facts["mean_error"] = sum(errors) / len(errors)
        facts["mean_absolute_error"] = sum(map(abs, errors)) / len(errors)
    return facts
