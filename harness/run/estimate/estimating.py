"""An estimate of one run: its method trained on a Lab that only counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.core import clock
from harness.core.domain import Purpose, Role, Task
from harness.core.errors import ConfigError
from harness.llm.identity import digest_of
from harness.llm.providers.protocol import Provider
from harness.llm.providers.routing import Providers
from harness.records.schema import EstimateRecord, UsageRow, UsageTable
from harness.run.config.settings import Budget
from harness.run.contract import train
from harness.run.estimate.counting import CountingLab, Tally
from harness.run.estimate.playing import Played, play
from harness.run.estimate.rates import Rate, assumed, measured
from harness.run.holdout import hold_out
from harness.run.lab.allowance import Allowance

if TYPE_CHECKING:
    from harness.run.plan import Plan


UNSURE = 1.0
"""An amount is refused beforehand where the estimate of the smallest run is more than twice as much."""

_SEEN: dict[str, Played] = {}
"""What was played in this process: the jobs of an experiment differ in much that does not show in a rollout."""


def estimate(ready: Plan, tests: int | None = None, *, play_some: bool = True) -> EstimateRecord:
    """Return what a run is expected to take. Reads the training tasks; asks no paid model and loads no test task.

    Parameters
    ----------
    tests
        How many test tasks there are; None: as the config says, or not known, and then the test is left out.
    play_some
        Whether the embedded model plays a few training tasks where no earlier run says what rollouts take.

    Raises
    ------
    ConfigError
        If a program outside optimizes (`Method`'s optional ``outside``): nothing is known of it.
    """
    if getattr(ready.method, "outside", False):
        raise ConfigError(
            f"method={ready.settings.method_name}: what a program asks for is not known before it runs; limit it with "
            "method.steps, and with budget.usd, budget.tokens or budget.minutes"
        )
    settings = ready.settings
    training, validation = hold_out(ready.environment.tasks("train"), settings.validation_size, seed=settings.data_seed)
    provider = Providers()
    rates = measured(settings.results_dir, settings.env_name, backbone=ready.backbone)
    if rates is None:
        played = _played(ready, training, provider=provider) if play_some else None
        rates = assumed(settings, ready.models, initial=ready.initial, tasks=training, provider=provider, played=played)
    spec = ready.models[Role.OPTIMIZER]
    tally, allowance = Tally(), _allowance(settings.budget)
    lab = CountingLab(
        ready.initial,
        ready.description.purpose,
        rates=rates,
        tally=tally,
        validation=validation,
        seed=settings.seed,
        window=spec.context_window or provider.context_window(spec),
        allowance=allowance,
    )
    trained, path = asyncio.run(_train(ready, lab, training=training))
    allowance.check_total()
    size = settings.env.get("test_size")
    known = size if tests is None and isinstance(size, int) else tests
    test = rates.rollout.times(known * settings.trials) if known is not None else None
    if test is not None:
        tally.add(Purpose.TEST, Role.AGENT, rate=test)
    beside = test is not None and settings.baseline and trained
    return EstimateRecord(
        usage=_table(tally),
        usage_vanilla={"test": {"agent": _row(test)}} if beside and test is not None else {},
        optimizer_calls=tally.optimizer_calls,
        merge_calls=tally.merge_calls,
        critical_path=round(path, 3),
        basis=rates.basis,
    )


def _allowance(budget: Budget) -> Allowance:
    if budget.match == "rollouts":  # known exactly
        return Allowance(budget.match, budget.amount)
    return Allowance(budget.match, budget.amount, tolerance=UNSURE, forecast=True)


def _played(ready: Plan, training: Sequence[Task], *, provider: Provider) -> Played:
    agent, about = ready.models[Role.AGENT], ready.description
    data = [about.name, about.version, about.data_checksum, ready.settings.env, [task.id for task in training]]
    key = digest_of([*data, ready.initial.digest, agent.id])
    if key not in _SEEN:
        _SEEN[key] = play(
            ready.environment, ready.initial, tasks=training, count=lambda text: provider.count_tokens(agent, text)
        )
    return _SEEN[key]


async def _train(ready: Plan, lab: CountingLab, *, training: Sequence[Task]) -> tuple[bool, float]:
    """Return whether the method makes modules of its own, and the seconds of the critical path."""
    clock.restart()
    made = await train(ready.method, lab, training)
    return made.digest != ready.initial.digest, clock.current().now


def _table(tally: Tally) -> UsageTable:
    table: UsageTable = {}
    for purpose in Purpose:
        for role in Role:
            rate = tally.usage.get((purpose, role))
            if rate is not None and rate.calls:
                table.setdefault(purpose.value, {})[role.value] = _row(rate)
    return table


def _row(rate: Rate) -> UsageRow:
    return UsageRow(
        calls=round(rate.calls),
        prompt=round(rate.prompt),
        cached=round(rate.cached),
        completion=round(rate.completion),
        usd=None if rate.usd is None else round(rate.usd, 6),
        seconds=round(rate.seconds, 3),
    )
