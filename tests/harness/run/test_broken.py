"""A method makes no result of what broke beneath it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import AgentModel
from harness.core.errors import ConfigError, IncompleteRun, InfrastructureError
from harness.core.lab import Lab
from harness.run.config.composition import compose
from harness.run.execute import execute
from harness.run.plan import plan
from harness.run.progress.events import Silence
from tests.harness.run.one_turn import OneTurn


class Down(OneTurn):
    """Training tasks need something that is down."""

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        if task.id.startswith("train"):
            raise InfrastructureError("the server of the tasks is down")
        return await super().rollout(modules, task, agent)


class Leaving(OneTurn):
    """Training tasks end the process, if they may."""

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        if task.id.startswith("train"):
            sys.exit(3)
        return await super().rollout(modules, task, agent)


class Swallowing:
    """A method that makes the best of whatever happens."""

    version = "1"

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        with suppress(Exception):
            await lab.explore(lab.initial, tasks)
        return lab.initial


@pytest.mark.parametrize(
    ("env", "raised", "status"), [("Down", IncompleteRun, "incomplete"), ("Leaving", ConfigError, "failed")]
)
def test_a_method_that_catches_every_error_has_no_result(
    tmp_path: Path, env: str, raised: type[Exception], status: str
) -> None:
    words = [
        f"env._target_={__name__}.{env}",
        "env.name=down",
        "+env.train_size=4",
        f"method._target_={__name__}.Swallowing",
    ]
    script = ["backbone=scripted", "backbone.script=tests.harness.run.one_turn:answer"]
    ready = plan(compose([*words, *script, "method.name=swallowing", "baseline=false", f"results_dir={tmp_path}"]))
    with pytest.raises(raised):
        execute(ready, Silence())
    record = ready.folder.read_run()
    assert record
    assert record.status == status
    assert ready.folder.read_result() is None
