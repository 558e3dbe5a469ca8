"""Is there anything to learn? The untouched agent and modules written by hand, on the same tasks.

An environment that a model solves untouched tells nothing about optimizers; neither does one that it cannot solve
even with everything that the reference knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.core.domain import Modules, Usage
from harness.core.environment import ReferenceModules
from harness.records.reading.arrays import by_task
from harness.records.reading.run import Run, read_run
from harness.records.schema import total
from harness.records.scores import SATURATED
from harness.run.config.arguments import parameters
from harness.run.config.construct import TARGET
from harness.run.config.registry import TYPED
from harness.run.config.settings import Settings
from harness.run.execute import run_or_read
from harness.run.plan import plan
from harness.run.progress.events import Observer
from harness.stats.paired import PairedComparison, compare_paired

UNTOUCHED = "untouched"

Verdict = Literal["room to learn", "saturated", "out of reach for this model", "unknown"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Modules written by hand against the untouched agent's.

    Attributes
    ----------
    comparison
        The reference against the untouched agent, task by task.
    """

    name: str
    mean: float
    comparison: PairedComparison


@dataclass(frozen=True, slots=True)
class Headroom:
    """What was found.

    Attributes
    ----------
    mean
        Score of the untouched agent on `tasks` tasks.
    usage
        What playing all of them takes.
    """

    env: str
    backbone: str
    simulated: bool
    tasks: int
    mean: float
    references: tuple[Reference, ...]
    usage: Usage

    @property
    def verdict(self) -> Verdict:
        """Whether the environment can tell optimizers apart with this model.

        ``saturated``: the untouched agent scores 95 % or more. ``room to learn``: a reference is better, its 95 %
        interval above 0. ``out of reach``: none is. ``unknown``: there are no references.
        """
        if self.mean >= SATURATED:
            return "saturated"
        if not self.references:
            return "unknown"
        better = any(reference.comparison.interval.low > 0 for reference in self.references)
        return "room to learn" if better else "out of reach for this model"


def headroom(settings: Settings, tasks: int, *, observer: Observer) -> Headroom:
    """Play the untouched agent and each reference on the same test tasks; what is recorded already is not played.

    Parameters
    ----------
    settings
        Of a run of ``method=vanilla`` with ``baseline=false``.
    tasks
        How many, where the environment lets it be chosen.
    """
    runs = dict(_played(_sized(settings, tasks), observer))
    untouched = runs.pop(UNTOUCHED)
    own = by_task(untouched)
    place = {task: number for number, task in enumerate(untouched.test_tasks)}
    references = []
    for name, run in runs.items():
        order = [place[task] for task in run.test_tasks]
        scores = by_task(run)
        references.append(Reference(name, float(scores.mean()), compare_paired(scores, own[order])))
    return Headroom(
        env=untouched.env,
        backbone=untouched.backbone,
        simulated=untouched.scored.simulated,
        tasks=len(own),
        mean=float(own.mean()),
        references=tuple(references),
        usage=Usage.total(total(run.scored.usage) for run in (untouched, *runs.values())),
    )


def _sized(settings: Settings, tasks: int) -> Settings:
    env = settings.env
    if "test_size" in parameters(TYPED.factory("env", env.get(TARGET))):
        env = {**env, "test_size": tasks}
    return settings.model_copy(update={"env": env})


def _played(settings: Settings, observer: Observer) -> Iterator[tuple[str, Run]]:
    ready = plan(settings)
    run_or_read(ready, observer)
    yield UNTOUCHED, read_run(ready.folder)
    for name, modules in _references(ready.environment).items():
        taught = plan(settings, initial=modules.parts)
        run_or_read(taught, observer)
        yield name, read_run(taught.folder)


def _references(environment: object) -> Mapping[str, Modules]:
    return environment.reference_modules() if isinstance(environment, ReferenceModules) else {}
