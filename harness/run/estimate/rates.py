"""What one rollout, one evaluation, one optimization and one merge take: measured in earlier runs, or assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.domain import Instruction, Modules, Role, Task
from harness.core.errors import HarnessError
from harness.llm import price_table
from harness.llm.backbone import ModelSpec
from harness.llm.embedded import embedded_model
from harness.llm.providers.protocol import Provider
from harness.records.folder import RunFolder
from harness.records.schema import ResultRecord, UsageRow, UsageTable
from harness.records.store import run_folders
from harness.run.config.settings import Settings
from harness.run.estimate.playing import Played

MOST_RUNS = 20
"""So many earlier runs are read."""

FRAME, TURN, SPOKEN = 250, 60, 30
"""Assumed tokens: of a prompt around what is filled in, that a turn adds to the next prompt, and of a turn's answer."""

READING, WRITING = 120, 400
"""Assumed tokens of an evaluation, and of a module that is written."""

FIRST, SPEED = 0.5, 60.0
"""Assumed latency: seconds to the first token, and tokens a second."""

LOCAL_READING, LOCAL_WRITING = 100.0, 20.0
"""The same of a small model on this machine's CPU: tokens a second, read and written."""


@dataclass(frozen=True)
class Rate:
    """What one of something takes on average. `usd` is None where a price is unknown."""

    calls: float = 1.0
    prompt: float = 0.0
    cached: float = 0.0
    completion: float = 0.0
    usd: float | None = 0.0
    seconds: float = 0.0

    def times(self, number: float) -> Rate:
        """Return what `number` of them take."""
        usd = None if self.usd is None else self.usd * number
        return Rate(
            self.calls * number,
            self.prompt * number,
            cached=self.cached * number,
            completion=self.completion * number,
            usd=usd,
            seconds=self.seconds * number,
        )


@dataclass(frozen=True)
class Rates:
    """Rates of a run.

    Attributes
    ----------
    rollout
        One rollout: all the agent's calls.
    evaluation, merge
        One call.
    optimization, experience
        One optimizer call without experiences, and what each experience adds to it.
    basis
        Where the rates come from, for a person.
    """

    rollout: Rate
    evaluation: Rate
    optimization: Rate
    experience: Rate
    merge: Rate
    basis: str

    def of(self, role: Role) -> Rate:
        """Return the rate of a call with a prompt of the method's own: as a usual call of that role."""
        calls = max(1.0, self.rollout.calls)
        by_role = {Role.AGENT: self.rollout.times(1 / calls), Role.EVALUATOR: self.evaluation, Role.MERGER: self.merge}
        return by_role.get(role, self.optimization)


def measured(results: Path, env: str, *, backbone: str) -> Rates | None:
    """Return the rates of earlier runs in the same environment with the same backbone; None without such runs."""
    found: list[ResultRecord] = []
    folders = [folder for folder in run_folders(results) if folder.path.parts[-4] == env]
    for folder in sorted(folders, key=_written, reverse=True):
        if folder.path.parts[-2] == backbone and len(found) < MOST_RUNS:
            found += _read(folder)
    trained = [result for result in found if result.optimizer_calls and "evaluate" in result.usage]
    if not trained:
        return None
    explored = _sum(result.usage for result in trained)
    evaluations = explored["evaluate"][Role.EVALUATOR].calls
    optimizer = explored["optimize"][Role.OPTIMIZER]
    calls = sum(result.optimizer_calls for result in trained)
    merger = explored.get("merge", {}).get(Role.MERGER)
    per_call = _rate(optimizer, calls)
    return Rates(
        rollout=_rate(explored["explore"][Role.AGENT], evaluations),
        evaluation=_rate(explored["evaluate"][Role.EVALUATOR], evaluations),
        optimization=Rate(
            per_call.calls, 0.0, cached=0.0, completion=per_call.completion, usd=0.0, seconds=per_call.seconds
        ),
        experience=Rate(
            0.0,
            optimizer.prompt / evaluations,
            cached=0.0,
            completion=0.0,
            usd=_per(optimizer.usd, evaluations),
            seconds=0.0,
        ),
        merge=_rate(merger, merger.calls) if merger and merger.calls else per_call,
        basis=f"tokens, money and seconds as in {len(trained)} earlier runs on {env} with {backbone}",
    )


def assumed(
    settings: Settings,
    models: Mapping[Role, ModelSpec],
    *,
    initial: Modules,
    tasks: Sequence[Task],
    provider: Provider,
    played: Played | None,
) -> Rates:
    """Return rates from a few tasks that were played (without, from the size of the data) and this file's defaults."""

    def tokens(role: Role, text: str) -> int:
        return provider.count_tokens(models[role], text)

    sample = tasks[:30]
    text = "\n".join(module.text for module in initial.parts.values() if isinstance(module, Instruction))
    module = tokens(Role.AGENT, text)
    query = sum(tokens(Role.AGENT, task.query) for task in sample) / max(1, len(sample))
    seen = played if played and played.tasks else _unplayed(settings, FRAME + module + query)
    trouble = f" (playing ended: {played.trouble})" if played and played.trouble else ""
    agent = _assumed(models[Role.AGENT], seen.prompt, completion=seen.completion, calls=seen.turns)
    episode = query + seen.episode
    window = models[Role.OPTIMIZER].context_window or provider.context_window(models[Role.OPTIMIZER])
    optimizer = models[Role.OPTIMIZER]
    experience = _assumed(optimizer, min(episode + READING, window), completion=0.0, calls=0.0)
    return Rates(
        rollout=agent,
        evaluation=_assumed(models[Role.EVALUATOR], FRAME + module + episode, completion=READING, calls=1),
        optimization=_assumed(optimizer, FRAME + module, completion=WRITING, calls=1),
        experience=experience,
        merge=_assumed(models[Role.MERGER], FRAME + 3 * WRITING, completion=WRITING, calls=1),
        basis=f"no earlier runs: {_told(seen)}{trouble}, assumed {WRITING} tokens a module, {_speeds(models.values())}",
    )


def _unplayed(settings: Settings, first: float) -> Played:
    limit = settings.env.get("max_steps")
    turns = limit / 2 if isinstance(limit, int) and limit else 2
    prompt = first * turns + (TURN + SPOKEN) * turns * (turns - 1) / 2
    return Played(0, turns, prompt, SPOKEN * turns, turns * (TURN + SPOKEN))


def _told(seen: Played) -> str:
    if not seen.tasks:
        return f"assumed {seen.turns:g} turns a rollout, {TURN + SPOKEN} tokens a turn"
    return f"rollouts as {seen.tasks} training tasks that the embedded model played ({seen.turns:.3g} turns each)"


def _speeds(models: Iterable[ModelSpec]) -> str:
    local = any(spec.local for spec in models)
    here = f" (here: {LOCAL_READING:g} tokens/s read, {LOCAL_WRITING:g} written)" if local else ""
    return f"{FIRST:g} s + {SPEED:g} tokens/s a call{here}"


def price(spec: ModelSpec, prompt: float, *, completion: float) -> float | None:
    """Return US dollars; None where the price is unknown."""
    if spec.price is not None:
        return spec.price.usd(round(prompt), 0, round(completion))
    if spec.scripted:
        return 0.0
    if spec.embedded:
        table = embedded_model().price(spec.id)
        return (prompt * table["prompt"] + completion * table["completion"]) / 1e6
    row = price_table.model_row(spec.id) or {}
    costs = row.get("input_cost_per_token"), row.get("output_cost_per_token")
    if costs[0] is None or costs[1] is None:
        return None
    return prompt * float(costs[0]) + completion * float(costs[1])


def _assumed(spec: ModelSpec, prompt: float, *, completion: float, calls: float) -> Rate:
    seconds = calls * FIRST + completion / SPEED
    if spec.local:
        seconds = prompt / LOCAL_READING + completion / LOCAL_WRITING
    return Rate(
        calls,
        prompt,
        cached=0.0,
        completion=completion,
        usd=price(spec, prompt, completion=completion),
        seconds=seconds,
    )


def _rate(row: UsageRow, number: int) -> Rate:
    return Rate(
        row.calls / number,
        row.prompt / number,
        cached=row.cached / number,
        completion=row.completion / number,
        usd=_per(row.usd, number),
        seconds=row.seconds / number,
    )


def _per(usd: float | None, number: int) -> float | None:
    return None if usd is None else usd / number


def _written(folder: RunFolder) -> float:
    path = folder.path / "result.json"
    return path.stat().st_mtime if path.exists() else 0.0


def _read(folder: RunFolder) -> list[ResultRecord]:
    try:
        result = folder.read_result()
    except HarnessError:  # a record of another version says nothing here
        return []
    return [result] if result else []


def _sum(tables: Iterable[UsageTable]) -> dict[str, dict[str, UsageRow]]:
    total: dict[str, dict[str, UsageRow]] = {}
    for table in tables:
        for phase, roles in table.items():
            for role, row in roles.items():
                sums = total.setdefault(phase, {})
                sums[role] = UsageRow.of(sums.get(role, UsageRow()).usage + row.usage)
    return total
