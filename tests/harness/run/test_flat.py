"""What a run holds in memory does not grow with what it plays: objects are counted, not seconds."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from pathlib import Path

import pytest

from harness.core.domain import Purpose
from harness.core.errors import IncompleteRun
from harness.run.collecting import few_collections
from harness.run.execute import execute
from harness.run.plan import plan
from harness.run.progress.events import Silence
from tests.harness.run.composed import composed
from tests.harness.run.one_turn import HELD

ENVIRONMENT = "tests.harness.run.one_turn"
PER_SUBSET, AT_ONCE = 20, 4


def most_held(folder: Path, subsets: int) -> tuple[int, int]:
    """Return the most trajectories, and the most tasks of asyncio, that FGO held at once."""
    HELD.clear()
    words = [f"env._target_={ENVIRONMENT}.OneTurn", "env.name=one_turn", f"+env.train_size={subsets * PER_SUBSET}"]
    words += ["env=custom", "backbone=scripted", f"backbone.script={ENVIRONMENT}:answer", "baseline=false"]
    words += ["method=fgo", f"method.steps={subsets}", f"method.subsets={subsets}", "partition=random"]
    words += [f"concurrency={AT_ONCE}", "backbone.evaluator.concurrency=4", f"results_dir={folder}"]
    execute(plan(composed(*words)), Silence())
    return max(alive for alive, _ in HELD), max(tasks for _, tasks in HELD)


def test_fgo_holds_what_is_under_way_and_no_trajectory_that_has_been_read(tmp_path: Path) -> None:
    trajectories, tasks = most_held(tmp_path / "few", 4)
    more_trajectories, more_tasks = most_held(tmp_path / "many", 12)
    assert 0 < more_trajectories <= max(trajectories, 2 * PER_SUBSET)
    assert more_tasks - tasks <= 12 - 4 + 2 * AT_ONCE  # a strand is a task; a rollout that has not begun is none


def test_a_finished_run_keeps_no_index_of_its_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.llm.storage.journal_index.SPILL", 8)
    spilled: list[Path] = []

    class Looks(Silence):
        def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:
            spilled.extend(tmp_path.glob("runs/*/*/*/*/journal.index"))

    ready = plan(composed("env=alfworld", "method=vanilla", "env.test_size=4", f"results_dir={tmp_path}"))
    execute(ready, Looks())
    assert spilled, "the index was on the disk while the run went on"
    assert list(ready.folder.path.glob("journal.index*")) == []


class Circles(Silence):
    """Counts what only the collector can free of the rollouts after the first few, whose caches are being filled."""

    def __init__(self, first: int, last: int) -> None:
        self.found: int | None = None
        self._first, self._last, self._done = first, last, 0

    def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:
        self._done += 1
        if self._done == self._first:
            gc.collect()
            gc.disable()
        elif self._done == self._last:
            self.found = gc.collect()
            gc.enable()


@pytest.mark.parametrize("env", ["alfworld", "logisticsqa"])
def test_rollouts_leave_nothing_to_the_collector(env: str, tmp_path: Path) -> None:
    words = [f"env={env}", "method=vanilla", "env.train_size=1", "env.test_size=9", "concurrency=1"]
    circles = Circles(4, 9)
    execute(plan(composed(*words, f"results_dir={tmp_path}")), circles)
    assert circles.found == 0


@pytest.mark.parametrize("fails", [False, True])
def test_the_collector_is_as_it_was_after_a_run(fails: bool) -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()

    def work() -> None:
        with few_collections():
            assert gc.get_threshold() > before
            assert gc.get_freeze_count() > frozen
            if fails:
                raise IncompleteRun("stopped")

    with pytest.raises(IncompleteRun) if fails else nullcontext():
        work()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == frozen
