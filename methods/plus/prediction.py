"""A predicted performance in place of a backtest (the paper's future work), checked on a sampled share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from harness.core.domain import Modules, Performance
from harness.core.lab import Lab
from methods.merge_tree import Node
from methods.merging import union

Predict = Callable[[Lab, Modules, Sequence[Node]], Awaitable[Performance | None]]
"""Predicts how modules perform that were merged from these nodes; None if it cannot."""


@dataclass(frozen=True, slots=True)
class Prediction(Performance):
    """A performance that nobody has measured: scores are expectations."""


@dataclass(frozen=True, slots=True)
class Checked(Performance):
    """A measured performance that was predicted before: `predicted` is that mean."""

    predicted: float = 0.0


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

    async def __call__(self, lab: Lab, modules: Modules, nodes: Sequence[Node]) -> Performance:
        """Return a `Prediction`, or what was measured."""
        tasks = union([node.candidate for node in nodes])
        predicted = await self.predict(lab, modules, nodes)
        if predicted is None:
            return await lab.backtest(modules, tasks)
        if lab.rng("check").random() >= self.checks:
            lab.note("prediction", modules=modules.digest, predicted=predicted.mean)
            return predicted
        measured = await lab.backtest(modules, tasks)
        lab.note("prediction", modules=modules.digest, predicted=predicted.mean, measured=measured.mean)
        return Checked(measured.scores, measured.categories, predicted.mean)


def calibration(root: Node) -> dict[str, float | int] | None:
    """Return how far the checked predictions of a tree were off; None if there were no predictions."""
    performances = [node.candidate.performance for node in root if node.children]
    errors = [p.predicted - p.mean for p in performances if isinstance(p, Checked)]
    predictions = len(errors) + sum(isinstance(p, Prediction) for p in performances)
    if not predictions:
        return None
    facts: dict[str, float | int] = {"predictions": predictions, "checked": len(errors)}
    if errors:
        facts["mean_error"] = sum(errors) / len(errors)
        facts["mean_absolute_error"] = sum(map(abs, errors)) / len(errors)
    return facts
