"""What FGO-plus returns: the root, or what does best on the validation tasks."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.concurrency import gather
from harness.core.domain import Modules
from harness.core.lab import NOTHING, Lab, Work
from methods.algorithm1 import distinct
from methods.merge_tree import Node
from methods.plus.prediction import calibration


@dataclass(frozen=True)
class Choice:
    """Chooses from the tree of merges.

    Parameters
    ----------
    validate
        Whether all modules of the tree, and the initial ones, compete on the validation tasks; among equals the one
        nearer to the root wins. Otherwise the root is taken.
    validation_size
        How many validation tasks there are.
    """

    validate: bool = False
    validation_size: int = 0

    def work(self, modules: int) -> Work:
        """Return the validation of a subset's modules, of as many merges, and of the initial ones."""
        return Work((2 * modules + 1) * self.validation_size) if self.validate else NOTHING

    async def __call__(self, lab: Lab, root: Node) -> Modules:
        """Return the modules; note how good predictions were, if there were any."""
        facts = calibration(root)
        if facts:
            lab.note("calibration", **facts)
        if not self.validate:
            return root.modules
        contenders = distinct([*(node.modules for node in sorted(root, key=_generation)), lab.initial])
        strands = [lab.scope(f"validate-{number}") for number in range(1, len(contenders) + 1)]
        scores = await gather(strand.validate(modules) for strand, modules in zip(strands, contenders, strict=True))
        chosen = max(range(len(contenders)), key=lambda number: (scores[number].mean, -number))
        lab.note("chosen", modules=contenders[chosen].digest, score=scores[chosen].mean, of=len(contenders))
        return contenders[chosen]


def _generation(node: Node) -> int:
    return -node.depth
