"""Is a record consistent with its journal, its split and the checksums of its data? Check by check."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from harness.core.errors import HarnessError
from harness.records.folder import RunFolder
from harness.records.run_id import run_id, variant
from harness.records.schema import EnvironmentRecord, RunRecord
from harness.run.config.recorded import Local
from harness.run.replay.again import Recording, identity_differences, record_differences, recording, replay
from harness.run.replay.differences import MOST, value_differences
from harness.run.replay.outside import Drift


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, what is wrong with it (nothing: it holds), and what a reader should know."""

    name: str
    wrong: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verify(
    folder: RunFolder,
    work: Path,
    *,
    local: Local | None = None,
    drift: Drift | None = None,
    trusted: Collection[str] = (),
) -> Iterator[Check]:
    """Yield the checks of a record, each as soon as it is done; a check that the next ones need ends them if it fails.

    Parameters
    ----------
    work
        An empty folder for the replay.
    local
        What of this machine may be used: data, prompt templates.
    drift
        Collects what comes out differently when effects are done again; None: they are not.
    trusted
        Classes beyond the shipped and installed ones that may be imported.
    """
    try:
        recorded = recording(folder, work, local=local, trusted=trusted)
    except HarnessError as error:
        yield Check("the record can be read, and its environment and data are here", (str(error),))
        return
    yield _ids(folder, recorded.record)
    changed = _most(identity_differences(recorded.record.identity, recorded.plan.identity))
    yield Check("config, data checksum and code lead to the recorded identity", changed)
    yield Check("run.json says what its identity says", tuple(_spoken(recorded)))
    try:
        again, notes = replay(recorded, drift)
    except HarnessError as error:
        yield Check("the journal is sound and holds all that the run asks for", (str(error),))
        return
    yield Check("the journal is sound and holds all that the run asks for", notes=notes)
    replayed = again.folder.read_run()
    splits = replayed.splits if replayed else {}
    yield Check("the tasks are those of the split", _most(_splits(recorded.record.splits, splits)))
    differing = tuple(record_differences(folder, again.folder))
    yield Check("the journal leads to the record, byte for byte but for times", differing)


def _most(lines: list[str]) -> tuple[str, ...]:
    more = len(lines) - MOST
    return (*islice(lines, MOST), *([f"and {more} more"] if more > 0 else []))


def _ids(folder: RunFolder, record: RunRecord) -> Check:
    wrong = []
    expected = run_id(record.identity)
    result = folder.read_result()
    found = {"run.json": record.run_id, "result.json": result.run_id if result else ""}
    for where, name in found.items():
        if name != expected:
            wrong.append(f"{where} calls itself {name or 'nothing'}, but its identity is that of {expected}")
    return Check("the run id is the digest of the identity", tuple(wrong))


def _spoken(recorded: Recording) -> Iterator[str]:
    """Yield what `run.json` says apart from its config and that does not follow from it."""
    record, ready = recorded.record, recorded.plan
    says: dict[str, Any] = {
        "env": ready.settings.env_name,
        "method": ready.settings.method_name,
        "backbone": ready.backbone,
        "seed": ready.settings.seed,
        "data_seed": ready.settings.data_seed,
        "simulated": ready.simulated or record.simulated,  # by its answers, where its models do not say: see the replay
        "status": "finished",
    }
    yield from value_differences({name: getattr(record, name) for name in says}, says)
    if record.earlier is not None and ready.earlier is not None:
        told = record.earlier.model_dump()
        yield from value_differences(
            told, {"run_id": ready.earlier_id, "variant": variant(ready.earlier)}, at="earlier"
        )
    here = EnvironmentRecord.of(ready.description)
    yield from value_differences(record.environment.model_dump(), here.model_dump(), at="environment")


def _splits(recorded: dict[str, list[str]], here: dict[str, list[str]]) -> list[str]:
    lines: list[str] = []
    for name in dict.fromkeys((*recorded, *here)):
        was, comes = recorded.get(name, []), here.get(name, [])
        told, known = set(was), set(comes)
        lines += [f"{name}: {task} is no task of this split" for task in was if task not in known]
        lines += [f"{name}: {task} is missing from the record" for task in comes if task not in told]
        if not lines and was != comes:
            lines.append(f"{name}: the tasks stand in another order")
    return lines
