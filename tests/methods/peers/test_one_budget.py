"""Every peer on a real Lab: within its amount, and replayed and verified from its record."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.main import run
from harness.records.folder import RunFolder
from harness.records.schema import ResultRecord
from harness.run.execute import execute
from harness.run.progress.events import Silence
from tests.harness.run.composed import planned
from tests.methods.peers.test_mipro import needs_dspy

PEERS = [
    "best_of_n",
    "gepa",
    "gepa method.parents=2 method.proposals=2",
    "combee",
    "opro method.proposals=4",
    "skillopt method.batch_size=8",
    "ace",
    pytest.param("mipro method.minibatch=6", marks=needs_dspy),
]

TOY = ("env=logisticsqa", "env.size=short", "env.train_size=14", "env.test_size=2", "validation_size=4")


def trained(folder: Path, method: str, *words: str) -> tuple[RunFolder, ResultRecord]:
    """Do a run of about half a second."""
    ready = planned(folder, *TOY, *f"method={method}".split(), *words)
    return ready.folder, execute(ready, Silence())


def used_in_all(folder: RunFolder) -> float:
    """Return what a training took of its amount, by the record's own count."""
    lineage = folder.read_lineage()
    assert lineage
    (whole,) = [event for event in lineage.events if event.kind == "budget-in-all"]
    return float(whole.facts["used"])


@pytest.mark.parametrize(("match", "amount"), [("rollouts", 140), ("tokens", 400_000)])
@pytest.mark.parametrize("method", PEERS)
def test_no_peer_takes_more_than_two_per_cent_beyond_the_amount(
    tmp_path: Path, method: str, match: str, amount: int
) -> None:
    folder, result = trained(tmp_path, method, f"budget.match={match}", f"budget.amount={amount}")
    assert 0.4 * amount < used_in_all(folder) <= 1.02 * amount
    phases = [row for phase, roles in result.usage.items() if phase != "test" for row in roles.values()]
    tokens = sum(row.prompt + row.completion for row in phases)
    assert match == "rollouts" or tokens <= 1.02 * amount, "no call of a peer is left out of the count"
    rows = (folder.path / "train.jsonl").read_text().splitlines()
    assert match == "tokens" or len(rows) <= 1.02 * amount


@pytest.mark.parametrize("method", PEERS)
def test_a_run_of_each_peer_is_replayed_and_verified(
    tmp_path: Path, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, result = trained(tmp_path, method, "method.steps=5")
    assert 1 <= result.optimizer_calls <= 5
    assert run(["replay", str(folder.path)]) == 0
    assert "equals the record, byte for byte" in capsys.readouterr().out
    assert run(["verify", str(folder.path)]) == 0
    assert "is consistent with its journal, split and data" in capsys.readouterr().out
