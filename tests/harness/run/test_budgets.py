"""What methods have the same amount of, and limits that stop a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.llm.purse import LimitReached
from harness.records.schema import ResultRecord
from harness.run.config.fairness import with_steps
from harness.run.config.settings import Budget
from harness.run.execute import execute
from harness.run.progress.events import Silence
from tests.harness.run.composed import composed, planned, ran

METHODS = ("all_at_once", "batch_wise", "bootstrapping", "fgo")


@pytest.mark.parametrize("method", METHODS)
def test_steps_are_optimizer_calls_in_all(tmp_path: Path, method: str) -> None:
    assert ran(tmp_path, f"method={method}").optimizer_calls == 6


@pytest.mark.parametrize(("method", "calls"), [("all_at_once", 2), ("batch_wise", 2), ("fgo", 6)])
def test_a_chain_is_as_long_for_every_method(tmp_path: Path, method: str, calls: int) -> None:
    result = ran(tmp_path, f"method={method}", "budget.match=chain", "method.steps=2")
    assert result.optimizer_calls == calls, "FGO makes as many steps in each of its three subsets"


@pytest.mark.parametrize(("method", "steps"), [("all_at_once", 4), ("batch_wise", 12), ("bootstrapping", 12)])
def test_rollouts_end_a_method_at_a_step_boundary(tmp_path: Path, method: str, steps: int) -> None:
    result = ran(tmp_path, f"method={method}", "budget.match=rollouts", "budget.amount=24")
    assert result.optimizer_calls >= steps if method == "bootstrapping" else result.optimizer_calls == steps


def test_each_strand_ends_where_its_backtest_and_merging_still_fit_and_the_lineage_says_so(tmp_path: Path) -> None:
    ready = planned(tmp_path, "method=fgo", "budget.match=rollouts", "budget.amount=24")
    execute(ready, Silence())
    lineage = ready.folder.read_lineage()
    assert lineage
    stops = [event for event in lineage.events if event.kind == "budget"]
    assert [event.scope for event in stops] == ["subset-1", "subset-2", "subset-3"]
    assert [event.facts["amount"] for event in stops] == [8, 8, 8]
    assert [event.facts["used"] for event in stops] == [4, 4, 4], "two steps; two rollouts to backtest, two to merge"
    (whole,) = [event for event in lineage.events if event.kind == "budget-in-all"]
    assert (whole.facts["amount"], whole.facts["used"]) == (24, 24)


def used_of(result: ResultRecord, match: str) -> float:
    rows = [row for phase, roles in result.usage.items() if phase != "test" for row in roles.values()]
    return sum(row.prompt + row.completion for row in rows) if match == "tokens" else sum(row.usd or 0 for row in rows)


@pytest.mark.parametrize(
    ("method", "match", "amount"),
    [
        *((f"method={name}", "tokens", 600_000) for name in METHODS),
        ("method=fgo backbone=sim-small", "cost", 0.1),
        ("method=batch_wise method.select=best", "tokens", 600_000),
        ("method=fgo_plus validation_size=2", "tokens", 1_500_000),
    ],
)
def test_no_method_takes_more_than_two_per_cent_beyond_the_amount(
    tmp_path: Path, method: str, match: str, amount: float
) -> None:
    words = (*method.split(), "env=logisticsqa", f"budget.match={match}", f"budget.amount={amount}")
    result = ran(tmp_path, *words)
    assert used_of(result, match) <= 1.02 * amount
    assert result.optimizer_calls > 1


@pytest.mark.parametrize(("match", "amount"), [("rollouts", 11), ("tokens", 10_000), ("cost", 0.001)])
def test_an_amount_below_the_smallest_run_is_refused_before_a_call_with_the_least_that_it_needs(
    tmp_path: Path, match: str, amount: float
) -> None:
    ready = planned(tmp_path, "method=fgo", f"budget.match={match}", f"budget.amount={amount}")
    with pytest.raises(ConfigError, match=r"is too small for this method: set budget\.amount=(\S+) or more") as refused:
        execute(ready, Silence())
    assert not ready.folder.path.exists()
    least = str(refused.value).rpartition("budget.amount=")[2].removesuffix(" or more")
    enough = planned(tmp_path, "method=fgo", f"budget.match={match}", f"budget.amount={least}")
    if match == "rollouts":
        assert execute(enough, Silence()).optimizer_calls == 3


def test_what_shapes_the_result_is_in_the_run_id_and_limits_are_not(tmp_path: Path) -> None:
    plain = planned(tmp_path, "method=fgo").run_id
    assert planned(tmp_path, "method=fgo", "budget.usd=1", "budget.tokens=10", "budget.minutes=3").run_id == plain
    others = {
        planned(tmp_path, "method=fgo", *words).run_id
        for words in (
            ("budget.match=chain",),
            ("budget.match=rollouts", "budget.amount=10"),
            ("budget.match=rollouts", "budget.amount=20"),
            ("context.policy=split",),
        )
    }
    assert len(others | {plain}) == 5


def test_an_amount_without_a_meaning_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"needs budget\.amount"):
        composed("budget.match=tokens")
    with pytest.raises(ConfigError, match="no meaning"):
        composed("budget.amount=3")


def test_methods_without_steps_are_left_alone() -> None:
    assert with_steps({"name": "vanilla"}, Budget(match="rollouts", amount=1)) == {"name": "vanilla"}


@pytest.mark.parametrize("limit", ["budget.usd=0.01", "budget.tokens=100000", "budget.minutes=0.0001"])
def test_a_limit_stops_the_run_and_a_larger_one_goes_on_with_it(tmp_path: Path, limit: str) -> None:
    ready = planned(tmp_path / "limited", "method=batch_wise", limit)
    with pytest.raises(LimitReached) as reached:
        execute(ready, Silence())
    name, _, value = limit.partition("=")
    assert (reached.value.setting, reached.value.limit) == (name, float(value))
    record = ready.folder.read_run()
    assert record
    assert record.status == "incomplete"
    assert limit in record.sessions[-1].message
    larger = planned(tmp_path / "limited", "method=batch_wise", f"{name}=999999999")
    assert larger.folder == ready.folder
    finished = execute(larger, Silence())
    whole = ran(tmp_path / "whole", "method=batch_wise")
    assert finished.model_dump(exclude={"seconds"}) == whole.model_dump(exclude={"seconds"})


class Spy:
    """An environment that notes which split is loaded when."""

    def __init__(self, environment: object, log: list[str]) -> None:
        self._environment = environment
        self._log = log

    def __getattr__(self, name: str) -> object:
        return getattr(self._environment, name)

    def tasks(self, split: str) -> object:
        self._log.append(split)
        return self._environment.tasks(split)  # type: ignore[attr-defined]


class Marked:
    """A method that notes when its training has ended."""

    def __init__(self, method: object, log: list[str]) -> None:
        self._method = method
        self._log = log

    async def train(self, lab: object, tasks: object) -> object:
        trained = await self._method.train(lab, tasks)  # type: ignore[attr-defined]
        self._log.append("trained")
        return trained


def test_test_tasks_are_loaded_only_when_the_training_has_ended(tmp_path: Path) -> None:
    log: list[str] = []
    ready = planned(tmp_path, "method=batch_wise")
    spied = replace(
        ready,
        environment=Spy(ready.environment, log),  # type: ignore[arg-type]
        method=Marked(ready.method, log),  # type: ignore[arg-type]
    )
    execute(spied, Silence())
    assert "test" not in log[: len(log) - log[::-1].index("trained")], "also the estimate looks at no test task"
    assert log[-2:] == ["trained", "test"]


def test_methods_start_alike(tmp_path: Path) -> None:
    plans = [planned(tmp_path, f"method={method}") for method in METHODS]
    assert len({one.initial.digest for one in plans}) == 1
    for split in ("train", "test"):
        assert len({tuple(task.id for task in one.environment.tasks(split)) for one in plans}) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [["budget.usd=1"], ["budget.match=cost", "budget.amount=1"]])
def test_a_limit_in_dollars_is_refused_before_the_first_call_where_a_price_is_unknown(
    tmp_path: Path, words: list[str]
) -> None:
    model = ["backbone=vllm", "backbone.model.id=hosted_vllm/nobody-knows", "backbone.model.context_window=8192"]
    with pytest.raises(ConfigError, match=r"needs the price of .* add backbone\.model\.price\.prompt=USD"):
        planned(tmp_path, "method=vanilla", *model, *words)
    planned(tmp_path, *model, *words, "backbone.model.price.prompt=1", "backbone.model.price.completion=1")
