"""Estimates: calls from the structure, exactly; tokens from earlier runs or from stated assumptions."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.estimates import Estimated, of_one
from harness.core.domain import Role, Trajectory
from harness.llm.backbone import ModelSpec, Price
from harness.records.schema import EstimateRecord, ResultRecord
from harness.run.estimate.estimating import estimate
from harness.run.execute import execute
from harness.run.progress.events import Silence
from tests.conftest import Run
from tests.harness.run.composed import planned

CASES = {
    "vanilla": ("method=vanilla",),
    "all_at_once": ("method=all_at_once",),
    "batch_wise": ("method=batch_wise",),
    "bootstrapping": ("method=bootstrapping",),
    "fgo, one merge": ("method=fgo",),
    "fgo, no clustering": ("method=fgo", "cluster=none", "protocol.subsets=5"),
    "fgo, best step": ("method=fgo", "method.select=best"),
    "fgo with evidence": (
        "method=fgo_plus",
        "validation_size=0",
        "method.evidence=true",
        *(f"method.{name}=false" for name in ("gate", "validate", "pareto", "racing", "delta")),
        "method.predictor=none",
        "method.max_tokens=null",
    ),
    "a chain": ("method=fgo", "budget.match=chain", "method.steps=1"),
}


def counts(record: EstimateRecord | ResultRecord) -> dict[str, int]:
    roles = {
        f"{phase} {role}": row.calls
        for phase, by_role in record.usage.items()
        for role, row in by_role.items()
        if role != Role.AGENT
    }
    return {**roles, "optimizer": record.optimizer_calls, "merge": record.merge_calls}


@pytest.mark.parametrize("name", CASES)
def test_calls_of_evaluator_optimizer_and_merger_are_exact(tmp_path: Path, name: str) -> None:
    ready = planned(tmp_path, *CASES[name])
    expected = estimate(ready, play_some=False)
    actual = execute(ready, Silence())
    if (
        name == "all_at_once"
    ):  # its third step leaves the module unchanged: what follows repeats, and is not asked again
        assert all(counts(actual)[kind] <= number for kind, number in counts(expected).items())
        assert actual.optimizer_calls == expected.optimizer_calls
    else:
        assert counts(expected) == counts(actual)
    record = ready.folder.read_run()
    assert record
    assert record.estimate == expected, "the record holds what was expected before anything was spent"


@pytest.mark.parametrize("env", ["alfworld", "logisticsqa"])
def test_without_earlier_runs_some_training_tasks_are_played(tmp_path: Path, env: str) -> None:
    ready = planned(tmp_path, f"env={env}", "env.train_size=8", "method=all_at_once", "method.steps=1")
    expected = estimate(ready)
    assert "8 training tasks that the embedded model played" in expected.basis
    actual = execute(ready, Silence())
    for phase, role in (("explore", "agent"), ("evaluate", "evaluator")):
        guess, truth = expected.usage[phase][role].prompt, actual.usage[phase][role].prompt
        assert 0.4 < guess / truth < 2.5, (phase, guess, truth)


def test_an_environment_that_cannot_be_played_is_estimated_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = planned(tmp_path, "method=fgo")

    async def broken(*_: object) -> Trajectory:
        raise OSError("no display")

    monkeypatch.setattr(ready.environment, "rollout", broken)
    basis = estimate(ready).basis
    assert "no earlier runs: assumed" in basis
    assert "(playing ended: OSError: no display)" in basis


def test_what_was_played_counts_for_its_settings_alone(tmp_path: Path) -> None:
    calls = [
        estimate(planned(tmp_path, "method=fgo", f"env.max_steps={steps}")).usage["explore"]["agent"].calls
        for steps in (5, 50)
    ]
    assert calls[0] < calls[1]


def test_without_earlier_runs_the_assumptions_are_told(tmp_path: Path) -> None:
    expected = estimate(planned(tmp_path, "method=fgo"), play_some=False)
    assert "no earlier runs: assumed" in expected.basis
    usage = expected.usage["explore"]["agent"]
    assert usage.calls > 0
    assert usage.prompt > usage.completion > 0
    assert usage.usd
    assert expected.critical_path > 0


def test_earlier_runs_make_tokens_near(tmp_path: Path) -> None:
    execute(planned(tmp_path, "method=batch_wise", "seed=1"), Silence())
    ready = planned(tmp_path, "method=batch_wise")
    expected = estimate(ready)
    assert expected.basis == "tokens, money and seconds as in 1 earlier runs on alfworld with sim"
    actual = execute(ready, Silence())
    for phase, role in (("explore", "agent"), ("evaluate", "evaluator"), ("optimize", "optimizer")):
        ratio = expected.usage[phase][role].prompt / actual.usage[phase][role].prompt
        assert 0.5 < ratio < 2, phase


def test_a_resumed_run_keeps_its_first_estimate(tmp_path: Path) -> None:
    ready = planned(tmp_path, "method=batch_wise", "budget.tokens=50000")
    with pytest.raises(Exception, match=r"budget\.tokens"):
        execute(ready, Silence())
    first = ready.folder.read_run()
    execute(planned(tmp_path, "method=all_at_once"), Silence())
    execute(planned(tmp_path, "method=batch_wise"), Silence())
    again = ready.folder.read_run()
    assert first
    assert again
    assert first.estimate
    assert again.estimate == first.estimate


@pytest.mark.parametrize("match", ["rollouts", "tokens"])
def test_an_amount_ends_the_dry_run_too(tmp_path: Path, match: str) -> None:
    amount = 24 if match == "rollouts" else 1_000_000
    expected = estimate(planned(tmp_path, "method=batch_wise", f"budget.match={match}", f"budget.amount={amount}"))
    assert 1 < expected.optimizer_calls < 200
    if match == "rollouts":
        assert expected.optimizer_calls == 12


def test_a_price_that_is_unknown_is_not_free(tmp_path: Path) -> None:
    from dataclasses import replace

    ready = planned(tmp_path, "method=batch_wise")
    models = {**ready.models, Role.OPTIMIZER: ModelSpec(id="hosted_vllm/nobody", context_window=8000)}
    expected = estimate(replace(ready, models=models, backbone="other"))
    assert expected.usage["optimize"]["optimizer"].usd is None
    priced = {
        **ready.models,
        Role.OPTIMIZER: ModelSpec(id="hosted_vllm/nobody", context_window=8000, price=Price(prompt=1, completion=1)),
    }
    assert estimate(replace(ready, models=priced, backbone="other")).usage["optimize"]["optimizer"].usd


def test_of_a_finished_run_both_are_shown(tmp_path: Path) -> None:
    ready = planned(tmp_path, "method=batch_wise")
    result = execute(ready, Silence())
    expected = ready.folder.read_run()
    assert expected
    assert expected.estimate
    row = Estimated("", 0, run_id=ready.run_id, expected=expected.estimate, result=result)
    _, calls, _ = of_one(row)
    assert "optimizer calls 6 / 6, merge calls 0 / 0" in str(calls)


def test_the_command_spends_nothing(harness: Run, tmp_path: Path) -> None:
    ran = harness("estimate", "method=fgo", "env.train_size=12", "env.test_size=6", "backbone=gpt-4o")
    assert ran.code == 0, ran.err
    assert "optimizer calls 18" in ran.out
    assert not list(tmp_path.glob("results/runs"))
    several = harness("estimate", "+experiment=table2", "seed=0", "env.train_size=12", "env.test_size=6")
    assert several.code == 0, several.err
    assert "5 to run" in several.out


def test_the_command_says_what_is_wrong_in_a_line(harness: Run) -> None:
    ran = harness("estimate", "method=nosuch")
    assert ran.code == 2
    assert "there is no such method" in ran.err
    assert "Traceback" not in ran.err
