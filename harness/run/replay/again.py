"""Running a recorded run again from its journal, in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from harness.core.domain import Module, Role
from harness.core.errors import ConfigError, HarnessError
from harness.llm.backbone import LOCAL_OPTIONS, ModelSpec
from harness.llm.storage.journal import Journal
from harness.records.folder import RunFolder
from harness.records.schema import RunRecord
from harness.records.texts import NAME as TEXTS
from harness.run.config.build import build_models
from harness.run.config.recorded import Local, recorded_settings
from harness.run.config.settings import Settings
from harness.run.execute import execute
from harness.run.outside import Outside
from harness.run.plan import Plan, plan
from harness.run.progress.events import Silence
from harness.run.replay.differences import file_differences, value_differences
from harness.run.replay.outside import Drift, Heard, ListeningDoor, RecomputingDoor, Recorded, ReplayDoor

COMPARED = ("result.json", "test.jsonl", "train.jsonl", "lineage.json", "module.txt")
"""Files of a record that a replay must reproduce; the files under ``modules/`` as well."""


ADDED = (TEXTS, "rules.json")
"""Files that a replay must reproduce where the record has them."""


@dataclass(frozen=True)
class Recording:
    """A recorded run and the plan that its config leads to in this checkout, on this machine."""

    folder: RunFolder
    record: RunRecord
    plan: Plan


def recording(folder: RunFolder, work: Path, *, local: Local | None = None, trusted: Collection[str] = ()) -> Recording:
    """Read a run's record and build its plan anew; the replay's own record will lie in `work`.

    The recorded config is data: see `harness.run.config.recorded`. What the run began with, and the digests of local
    models' weights, come from the record.

    Parameters
    ----------
    local
        What of this machine the replay may use: data, prompt templates.
    trusted
        Classes beyond the shipped and installed ones that may be imported, as ``module.Class``.

    Raises
    ------
    HarnessError
        If the run has not ended, its config is not one of this version, or its data is not on this machine.
    """
    record, result = folder.read_run(), folder.read_result()
    if record is None:
        raise ConfigError(f"{folder.path} holds no run.json")
    if result is None:
        raise HarnessError(f"run {record.run_id} has not ended ({record.status}): start its command again first")
    learned = folder.path / "modules" / f"{result.module[:12]}.json"
    here = replace(local or Local(), learned=learned)
    settings, resolver = recorded_settings(record.config, results_dir=work, trusted=trusted, local=here)
    initial = None
    if record.config.get("env", {}).get("initial_module") is not None:
        initial = _initial(folder, record)
    models = recorded_models(settings, record.identity)
    ready = plan(settings, keys=False, resolver=resolver, initial=initial, models=models)
    if "form" not in record.identity:
        ready = ready.as_recorded_earlier(record.backbone)
    return Recording(folder, record, ready)


def recorded_models(settings: Settings, identity: Mapping[str, Any]) -> dict[Role, ModelSpec]:
    """Return the model of each role, with recorded digests of weights and scripts in place of files and the hub."""
    models = build_models(settings, keys=False, local=False)
    recorded = identity.get("models")
    for role, spec in models.items():
        if spec.local or spec.scripted:
            of_role = recorded.get(role.value) if isinstance(recorded, Mapping) else None
            model = of_role.get("model") if isinstance(of_role, Mapping) else None
            digest = str(model.get("script" if spec.scripted else "weights", "")) if isinstance(model, Mapping) else ""
            options = {name: value for name, value in spec.options.items() if name not in (*LOCAL_OPTIONS, "script")}
            models[role] = spec.model_copy(update={"options": options, "weights": digest or "unknown"})
    return models


def _initial(folder: RunFolder, record: RunRecord) -> dict[str, Module]:
    try:
        return folder.read_modules(str(record.identity["initial"]))
    except (HarnessError, KeyError):
        raise HarnessError(f"{folder.path} lacks the modules that the run began with") from None


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
    execute(recorded.plan, Silence(), outside=Outside(journal, Recorded(), door))
    return recorded.plan, journal.notes


def calls_of(recorded: Recording, role: Role) -> list[Heard]:
    """Return the calls of a role in a run, each once, from its journal alone.

    A journal holds answers under digests of their prompts. A replay makes the prompts anew from the record, so that no
    record keeps them twice; a prompt that came out differently would have no answer.

    Raises
    ------
    HarnessError
        As `replay`.
    """
    heard: dict[str, Heard] = {}
    journal = Journal.open(recorded.folder.journal, read_only=True)
    door = partial(ListeningDoor, role=role, heard=heard)
    execute(recorded.plan, Silence(), outside=Outside(journal, Recorded(), door))
    return list(heard.values())


def record_differences(recorded: RunFolder, replayed: RunFolder) -> list[str]:
    """Return how two records of a run differ, a line each, but for times."""
    lines: list[str] = []
    kept = [name for name in ADDED if (recorded.path / name).exists()]  # records of earlier versions have none
    for name in (*COMPARED, *kept):
        lines += file_differences(name, recorded.path / name, replayed=replayed.path / name)
    modules = {path.name for folder in (recorded, replayed) for path in (folder.path / "modules").glob("*.json")}
    for name in sorted(modules):
        name = f"modules/{name}"
        lines += file_differences(name, recorded.path / name, replayed=replayed.path / name)
    return lines


def identity_differences(recorded: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Return how the identity of a record differs from what its config, data and code lead to here."""
    plain = json.loads(json.dumps(here, default=str))
    return [line.replace("replayed", "here") for line in value_differences(recorded, plain)]
