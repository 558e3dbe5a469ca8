"""The embedded backbone against the committed baseline, and what makes a regression fail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.records.reading.run import Run as Record
from harness.records.reading.runs import read_runs
from harness.reports.regression.baseline import read_baseline, repeat, write_baseline
from harness.reports.regression.verdict import judge
from tests.commands import Commands
from tests.conftest import ROOT
from tests.records import write_run

COMMITTED = ROOT / "results" / "baseline"
GOOD = (1, 1, 1, 1, 1, 1, 1, 0)
BAD = (0, 0, 0, 0, 0, 0, 0, 0)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def runs(folder: Path, wins: Sequence[float], seeds: int = 2, **given: object) -> list[Record]:
    for seed in range(seeds):
        write_run(folder, seed=seed, wins=wins, **given)  # type: ignore[arg-type]
    return read_runs(folder)[0]


def test_the_committed_baseline_is_small_and_sound() -> None:
    baseline = read_baseline(COMMITTED)
    assert {run.method for run in baseline} == {"vanilla", "all_at_once", "batch_wise", "fgo"}
    assert all(run.record.simulated and run.scored.generated_data and not run.sensitive for run in baseline)
    files = [path for path in COMMITTED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 400_000
    assert not [path for path in files if path.name.startswith(("journal", "train"))]


@pytest.mark.slow
def test_the_embedded_backbone_is_as_good_as_the_baseline(tmp_path: Path) -> None:
    baseline = read_baseline(COMMITTED)
    verdicts = judge(baseline, list(repeat(baseline, tmp_path)))
    failures = [f"{verdict.name}: {'; '.join(verdict.failures)}" for verdict in verdicts if verdict.failures]
    assert not failures, "if this is meant: `harness regress RESULTS --write`; docs/ci.md says more"


def test_a_set_is_as_good_as_itself(tmp_path: Path) -> None:
    (verdict,) = judge(runs(tmp_path, GOOD), runs(tmp_path, GOOD))
    assert (verdict.failures, verdict.difference, verdict.p_value, verdict.runs) == ((), 0.0, 1.0, 2)


def test_a_significantly_worse_score_fails(tmp_path: Path) -> None:
    (verdict,) = judge(runs(tmp_path / "a", GOOD), runs(tmp_path / "b", BAD))
    assert verdict.failures == ("score significantly worse (p = 0.0156)",)
    assert judge(runs(tmp_path / "b", BAD), runs(tmp_path / "a", GOOD))[0].failures == ()


def test_one_task_less_is_no_regression(tmp_path: Path) -> None:
    (verdict,) = judge(runs(tmp_path / "a", GOOD), runs(tmp_path / "b", (0, *GOOD[1:])))
    assert verdict.difference == -1 / 8
    assert verdict.failures == ()


def test_real_models_are_compared_over_seeds_because_training_varies(tmp_path: Path) -> None:
    old = runs(tmp_path / "a", GOOD, simulated=False)
    new = runs(tmp_path / "b", BAD, seeds=1, simulated=False)
    write_run(tmp_path / "b", seed=1, wins=GOOD, simulated=False)
    (verdict,) = judge(old, read_runs(tmp_path / "b")[0])
    assert verdict.failures == ()
    assert new


def test_tokens_may_rise_by_the_share_and_no_more(tmp_path: Path) -> None:
    old, new = runs(tmp_path / "a", GOOD, tokens=1000), runs(tmp_path / "b", GOOD, tokens=1200)
    assert judge(old, new)[0].failures == ("training tokens rose by 20 %",)
    assert judge(old, new, tokens=0.25)[0].failures == ()


def test_missing_tampered_and_other_tasks_fail(tmp_path: Path) -> None:
    old = runs(tmp_path / "a", GOOD)
    assert judge(old, runs(tmp_path / "b", GOOD, seeds=1))[0].failures == ("no run answers to seed 1",)
    (other,) = judge(old, runs(tmp_path / "c", GOOD, tasks=tuple("abcdefgh")))
    assert "tested on other tasks" in other.failures[0]
    broken = runs(tmp_path / "d", GOOD)
    path = broken[0].folder.test
    path.write_text(path.read_text().replace('"score":0.0', '"score":1.0', 1))
    assert "tampered" in judge(old, read_runs(tmp_path / "d")[0])[0].failures[0]


def test_a_baseline_keeps_no_trajectories_and_nothing_sensitive(tmp_path: Path) -> None:
    found = runs(tmp_path / "a", GOOD, text="planted")
    assert write_baseline(found, tmp_path / "base") == 2
    kept = read_baseline(tmp_path / "base")
    assert judge(kept, found)[0].failures == ()
    assert not any("planted" in path.read_text() for path in (tmp_path / "base").rglob("*.json*"))
    with pytest.raises(ConfigError, match="sensitive"):
        write_baseline(runs(tmp_path / "s", GOOD, sensitive=True), tmp_path / "none")


def test_the_commands_exit_code_is_for_ci(tmp_path: Path, command: Commands) -> None:
    runs(tmp_path / "good", GOOD)
    runs(tmp_path / "bad", BAD)
    assert command("regress", "good", "--baseline", "base", "--write").code == 0
    assert command("regress", "good", "--baseline", "base").code == 0
    worse = command("regress", "bad", "--baseline", "base")
    assert worse.code == 1
    assert "score significantly worse" in worse.out
    assert command("regress", "good", "--baseline", "nowhere").code == 2
