"""Running a recorded run again from its journal, in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.core.errors import ConfigError, HarnessError
from harness.core.problems import first_problem
from harness.llm.storage.journal import Journal
from harness.records.folder import RunFolder
from harness.records.schema import RunRecord
from harness.run.config.settings import Settings
from harness.run.execute import execute
from harness.run.outside import Outside
from harness.run.plan import Plan, plan
from harness.run.progress.events import Silence
from harness.run.replay.differences import file_differences, value_differences
from harness.run.replay.outside import Drift, RecomputingDoor, Recorded, ReplayDoor

COMPARED = ("result.json", "test.jsonl", "train.jsonl", "lineage.json", "module.txt")
"""Files of a record that a replay must reproduce; the files under ``modules/`` as well."""


@dataclass(frozen=True)
class Recording:
    """A recorded run and the plan that its config leads to in this checkout, on this machine."""

    folder: RunFolder
    record: RunRecord
    plan: Plan


def recording(folder: RunFolder, work: Path, data_dir: Path | None = None) -> Recording:
    """Read a run's record and build its plan anew; the replay's own record will lie in `work`.

    Parameters
    ----------
    data_dir
        Where the environment's data lies here, if elsewhere than the record says.

    Raises
    ------
    HarnessError
        If the run has not ended, its config is not one of this version, or its data is not on this machine.
    """
    record = folder.read_run()
    if record is None:
        raise ConfigError(f"{folder.path} holds no run.json")
    if folder.read_result() is None:
        raise HarnessError(f"run {record.run_id} has not ended ({record.status}): start its command again first")
    given: dict[str, Any] = {**record.config, "results_dir": work, "fresh": False, "tracking": {}}
    given["budget"] = {**given.get("budget", {}), **dict.fromkeys(("usd", "tokens", "minutes"))}
    given["timeouts"] = {"task": None}
    local = record.config.get("local") or {}
    if local.get("gguf") and not Path(local["gguf"]).is_file():  # a known model counts by its known digest
        given["local"] = {**local, "gguf": None}
    if data_dir is not None:
        given["env"] = {**given.get("env", {}), "data_dir": str(data_dir)}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problem = first_problem(error)
        raise HarnessError(f"the config of {folder.path} is not one of this version: {problem}") from None
    path = settings.env.get("initial_module")
    moved = path is not None and not Path(path).is_file()
    if moved:  # a record from another machine holds the modules that it began with
        settings = settings.model_copy(update={"env": {**settings.env, "initial_module": None}})
    ready = plan(settings, keys=False)
    return Recording(folder, record, _begun_elsewhere(ready, folder, record) if moved else ready)


def _begun_elsewhere(ready: Plan, folder: RunFolder, record: RunRecord) -> Plan:
    initial = ready.initial
    with suppress(HarnessError, KeyError):
        for name, module in folder.read_modules(str(record.identity["initial"])).items():
            initial = initial.with_module(name, module)
    return replace(ready, initial=initial, identity={**ready.identity, "initial": initial.digest})


def replay(recorded: Recording, drift: Drift | None = None) -> tuple[Plan, tuple[str, ...]]:
    """Run it again from its journal alone; return the plan whose folder holds the new record, and notes.

    Parameters
    ----------
    drift
        Collects what comes out differently when effects are done again; None: they are not.

    Raises
    ------
    HarnessError
        If the journal is damaged, or lacks something that the run asks for.
    """
    path = recorded.folder.journal
    journal = Journal.open(path, read_only=True)
    door = ReplayDoor if drift is None else partial(RecomputingDoor, drift=drift)
    execute(recorded.plan, Silence(), Outside(journal, Recorded(), door))
    return recorded.plan, journal.notes


def record_differences(recorded: RunFolder, replayed: RunFolder) -> list[str]:
    """Return how two records of a run differ, a line each, but for times."""
    lines: list[str] = []
    for name in COMPARED:
        lines += file_differences(name, recorded.path / name, replayed.path / name)
    modules = {path.name for folder in (recorded, replayed) for path in (folder.path / "modules").glob("*.json")}
    for name in sorted(modules):
        name = f"modules/{name}"
        lines += file_differences(name, recorded.path / name, replayed.path / name)
    return lines


def identity_differences(recorded: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Return how the identity of a record differs from what its config, data and code lead to here."""
    plain = json.loads(json.dumps(here, default=str))
    return [line.replace("replayed", "here") for line in value_differences(recorded, plain)]
