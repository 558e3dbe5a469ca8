"""What a run holds in memory does not grow with what it plays: objects are counted, not seconds."""

from __future__ import annotations

from pathlib import Path

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
