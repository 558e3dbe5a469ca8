"""A predictor that asks: the merger foretells how its merge will perform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.core.domain import Modules, Performance
from harness.core.errors import AnswerError
from harness.core.lab import Lab
from harness.core.model_json import UnreadableAnswer, find_object
from harness.run.roles import rendering
from methods.merge_tree import Node
from methods.plus.prompting import ask_merger
from methods.plus.regression import pooled


async def foretold(lab: Lab, modules: Modules, nodes: Sequence[Node]) -> Performance | None:
    """Return what the merger predicts; None, and a note, if its answer cannot be read."""
    before = pooled(nodes)
    sizes = {name: part.n for name, part in before.by_category().items()}
    shown = [
        {
            "instruction": node.modules.text,
            "performance": rendering.performance(node.performance),
        }
        for node in nodes
    ]
    merged = modules.text
    try:
        solved = await ask_merger(
            lab,
            "predict.j2",
            read=lambda text: read(text, sizes),
            tries=2,
            candidates=shown,
            merged=merged,
            sizes=sizes,
        )
    except AnswerError as error:
        lab.note("prediction-unread", reason=str(error))
        return None
    expected = {name: solved[name] / n for name, n in sizes.items()}
    return Performance({task: expected[before.categories[task]] for task in before.scores}, before.categories)


def read(text: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Read ``{"solved": {"heat": 3, ...}}``: a number of tasks for each category, none of them impossible."""
    solved = find_object(text).get("solved")
    try:
        result = {name: float(solved[name]) for name in sizes} if isinstance(solved, dict) else None
    except (KeyError, TypeError, ValueError):
        result = None
    if result is None:
        raise UnreadableAnswer('there is no JSON object {"solved": {...}} with a number for each category')
    for name, n in sizes.items():
        if not 0 <= result[name] <= n:
            raise UnreadableAnswer(f"{name}: {result[name]:g} is not between 0 and {n}")
    return result
