"""FGO-plus: FGO whose optimization of a subset, merge and final choice can be exchanged, each by a switch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import ClassVar, Literal, get_args

from harness.core.concurrency import gather
from harness.core.domain import Modules, Task
from harness.core.lab import Lab, Work
from methods import checked, merge_tree
from methods.fgo import FGO, divide, share
from methods.merging import ProgressiveMerging
from methods.plus import foretelling, prompting
from methods.plus.cap import Cap
from methods.plus.choice import Choice
from methods.plus.delta import by_edits
from methods.plus.evidence import asking, optimizing
from methods.plus.evidence.merging import joined, united
from methods.plus.evidence.support import supported
from methods.plus.gate import Gate
from methods.plus.prediction import Predicted
from methods.plus.racing import Race
from methods.plus.regression import Ridge
from methods.plus.step import MergeStep, Write, backtested, rewritten
from methods.plus.subset import OnSubset, as_in_the_paper

Predictor = Literal["none", "llm", "ridge"]


@dataclass(frozen=True)
class FGOPlus(FGO):
    """FGO with switches beyond the paper. With all of them off it trains as FGO does.

    Parameters
    ----------
    gate, gate_margin, gate_level, gate_retries
        Accept a merge only if it is not worse than its best child (`Gate`).
    holdout
        Share of each subset that is kept for backtests.
    predictor, predictor_checks
        Who predicts a merge's performance in place of the backtest, and the share of predictions that are checked.
    validate, validation_size
        Choose among all modules of the tree by the validation tasks; how many there are.
    pareto
        The per-task best modules of all steps go to merging, in place of each subset's one.
    racing, racing_block
        Stop measurements that can no longer be accepted (of the gate, and of ``select=best``), in blocks of tasks.
    delta
        Merge by edits of numbered guidelines.
    max_tokens
        The most tokens that an instruction may have; None for no limit.
    evidence
        Optimizer and merger say, and read, what each guideline rests on (`methods.plus.evidence`): training tasks, or
        nothing. For instructions; where toolboxes are trained it is refused.
    """

    gate: bool = False
    gate_margin: float = 0.1
    gate_level: float = 0.2
    gate_retries: int = 1
    holdout: float = 0.0
    predictor: Predictor = "none"
    predictor_checks: float = 0.25
    validate: bool = False
    validation_size: int = 0
    pareto: bool = False
    racing: bool = False
    racing_block: int = 5
    delta: bool = False
    max_tokens: int | None = None
    evidence: bool = False

    version: ClassVar[str] = f"{FGO.version}+1-{prompting.digest()}"
    later: ClassVar[tuple[str, ...]] = ("evidence",)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("gate", "validate", "pareto", "racing", "delta", "evidence"):
            checked.switch(name, getattr(self, name))
        checked.number("gate_margin", self.gate_margin, low=0, high=1)
        checked.number("gate_level", self.gate_level, low=0, high=0.5)
        checked.check("gate_level", self.gate_level, holds=self.gate_level > 0, rule="above 0")
        checked.whole("gate_retries", self.gate_retries, least=0)
        checked.number("holdout", self.holdout, low=0, high=1)
        checked.check("holdout", self.holdout, holds=self.holdout < 1, rule="below 1")
        checked.one_of("predictor", self.predictor, allowed=get_args(Predictor))
        checked.number("predictor_checks", self.predictor_checks, low=0, high=1)
        checked.whole("racing_block", self.racing_block)
        checked.whole("validation_size", self.validation_size, least=0)
        if self.max_tokens is not None:
            checked.whole("max_tokens", self.max_tokens)
        measures = not self.validate or self.validation_size > 0
        checked.check("validate", self.validate, holds=measures, rule="it needs validation tasks: validation_size=N")
        stops = not self.racing or self.gate or (self.select == "best" and not self.pareto)
        checked.check("racing", self.racing, holds=stops, rule="nothing to stop: it needs gate=true or select=best")
        if self.evidence:
            object.__setattr__(self, "version", f"{type(self).version}+evidence1-{asking.digest()}")

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the modules that the choice names."""
        if self.evidence:
            supported(lab.initial)  # refuses toolboxes
        subsets = divide(lab, tasks, subsets=self.subsets, partition=self.partition)
        strands = [lab.scope(f"subset-{number}", share=len(subset)) for number, subset in enumerate(subsets, 1)]
        for_merging = lab.scope("merge", share=0)
        merge = ProgressiveMerging(self.threshold, self.cluster, clusters=self.clusters, step=self._merge_step())
        choice = Choice(self.validate, self.validation_size)

        def ahead(kept: int, tasks: int) -> Work:
            return merge.most(kept * len(subsets), tasks) * kept + choice.work(kept)

        on_subset = self._on_subset()
        optimized = await gather(
            on_subset(strand, subset, steps, ahead)
            for strand, subset, steps in zip(strands, subsets, share(self.steps, len(subsets)), strict=True)
        )
        root = await merge(for_merging, [node for kept in optimized for node in kept])
        lab.note("merge-tree", **merge_tree.measured(root, self.threshold))
        chosen = await choice(lab, root)
        if not self.evidence:
            return chosen
        alike = [node.modules for node in root if node.modules.digest == chosen.digest]
        told = reduce(joined, map(supported, [chosen, *alike]))
        lab.note("evidence", modules=told.digest, guidelines={name: told.facts(name) for name in told.trainable})
        return told.bare

    def _on_subset(self) -> OnSubset:
        return OnSubset(
            self.select,
            self.holdout,
            pareto=self.pareto,
            race=self._race,
            cap=self._cap,
            validation_size=self.validation_size,
            step=optimizing.step if self.evidence else as_in_the_paper,
        )

    def _merge_step(self) -> MergeStep:
        predict = {"none": None, "llm": foretelling.foretold, "ridge": Ridge()}[self.predictor]
        return MergeStep(
            write=self._write,
            measure=Predicted(predict, self.predictor_checks) if predict else backtested,
            cap=self._cap,
            gate=Gate(self.gate_margin, self.gate_level, self.gate_retries, self._race) if self.gate else None,
        )

    @property
    def _write(self) -> Write:
        if self.delta:
            return partial(by_edits, evidence=self.evidence)
        return united if self.evidence else rewritten

    @property
    def _race(self) -> Race | None:
        return Race(self.racing_block) if self.racing else None

    @property
    def _cap(self) -> Cap | None:
        return Cap(self.max_tokens, self.evidence) if self.max_tokens else None
