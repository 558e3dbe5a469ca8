"""FGO with its switches: what `conf/method/fgo.yaml` (all off) and `fgo_plus.yaml` (all on) build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.core.errors import ConfigError
from methods.algorithm1 import Select
from methods.clustering import Cluster, Clusters
from methods.fgo import FGO
from methods.partition import Partition
from methods.plus import foretelling, prompting
from methods.plus.cap import Cap
from methods.plus.choice import Choice
from methods.plus.delta import by_edits
from methods.plus.gate import Gate
from methods.plus.prediction import Predicted
from methods.plus.racing import Race
from methods.plus.regression import Ridge
from methods.plus.step import MergeStep, by_backtest, by_merger
from methods.plus.subset import OnSubset


@dataclass(frozen=True)
class FGOPlus(FGO):
    """FGO with parts beyond the paper."""

    version: ClassVar[str] = f"{FGO.version}+1-{prompting.digest()}"


def fgo(
    steps: int,
    subsets: int,
    partition: Partition,
    cluster: Cluster | None,
    threshold: int = 3,
    clusters: Clusters = "sqrt",
    select: Select = "last",
    *,
    gate: bool = False,
    gate_margin: float = 0.1,
    gate_level: float = 0.2,
    gate_retries: int = 1,
    holdout: float = 0.0,
    predictor: Literal["none", "llm", "ridge"] = "none",
    predictor_checks: float = 0.25,
    validate: bool = False,
    validation_size: int = 0,
    pareto: bool = False,
    racing: bool = False,
    racing_block: int = 5,
    delta: bool = False,
    max_tokens: int | None = None,
) -> FGO:
    """Return FGO, the paper's where every switch is off.

    Parameters
    ----------
    steps, subsets, partition, cluster, threshold, clusters, select
        As of `FGO`.
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
        At most so many tokens an instruction.

    Raises
    ------
    ConfigError
        If a switch has a value that it cannot have, or cannot do anything.
    """
    _check("gate_margin", gate_margin, 0 <= gate_margin <= 1, "from 0 to 1")
    _check("gate_level", gate_level, 0 < gate_level <= 0.5, "above 0, at most 0.5")
    _check("gate_retries", gate_retries, gate_retries >= 0, "at least 0")
    _check("holdout", holdout, 0 <= holdout < 1, "from 0 to below 1")
    _check("predictor", predictor, predictor in ("none", "llm", "ridge"), "none, llm or ridge")
    _check("predictor_checks", predictor_checks, 0 <= predictor_checks <= 1, "from 0 to 1")
    _check("racing_block", racing_block, racing_block >= 1, "at least 1")
    _check("max_tokens", max_tokens, max_tokens is None or max_tokens >= 1, "at least 1, or null")
    _check("validate", validate, not validate or validation_size > 0, "it needs validation tasks: validation_size=N")
    stoppable = gate or (select == "best" and not pareto)
    _check("racing", racing, not racing or stoppable, "nothing to stop: it needs gate=true or select=best")
    if not (gate or holdout or predictor != "none" or validate or pareto or racing or delta or max_tokens):
        return FGO(steps, subsets, partition, cluster, threshold, clusters, select)
    race = Race(racing_block) if racing else None
    cap = Cap(max_tokens) if max_tokens else None
    predict = {"none": None, "llm": foretelling.by_merger, "ridge": Ridge()}[predictor]
    step = MergeStep(
        write=by_edits if delta else by_merger,
        measure=Predicted(predict, predictor_checks) if predict else by_backtest,
        cap=cap,
        gate=Gate(gate_margin, gate_level, gate_retries, race) if gate else None,
    )
    on_subset = OnSubset(holdout, pareto, race, cap, validation_size)
    choice = Choice(validate, validation_size)
    return FGOPlus(steps, subsets, partition, cluster, threshold, clusters, select, on_subset, step, choice)


def _check(name: str, value: object, holds: bool, allowed: str) -> None:
    if not holds:
        raise ConfigError(f"method.{name}={value}: {allowed}")
