"""A run's folder: where each file of the record lies, and how it is written and read."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from harness.core.domain import Instruction, Module, Modules, Tool, Toolbox
from harness.core.errors import ConfigError, HarnessError
from harness.core.problems import first_problem
from harness.records.files import told, write_atomically
from harness.records.schema import Lineage, ResultRecord, RolloutRow, RunRecord
from harness.records.versions import upgraded

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run: ``results/runs/<env>/<method>/<backbone>/<run-id>``."""

    path: Path

    @staticmethod
    def of(results: Path, env: str, method: str, backbone: str, run_id: str) -> RunFolder:
        """Return the folder of a run."""
        return RunFolder(results / "runs" / env / method / backbone / run_id)

    @property
    def journal(self) -> Path:
        """The journal: every effect of the run."""
        return self.path / "journal.jsonl"

    @property
    def train(self) -> Path:
        """A row per rollout of the training."""
        return self.path / "train.jsonl"

    @property
    def test(self) -> Path:
        """A row per rollout of the final test."""
        return self.path / "test.jsonl"

    def create(self) -> None:
        """Make the folder.

        Raises
        ------
        ConfigError
            If it cannot be made or written to.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / ".lock"
            probe.touch()
        except OSError as error:
            raise ConfigError(
                f"cannot write to the results folder {self.path}: {error.strerror}; choose another with results_dir=DIR"
            ) from None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run for this process.

        Raises
        ------
        HarnessError
            If another process is at work on it.
        """
        with (self.path / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise HarnessError(
                    f"another process is at work on this run ({self.path}); wait for it or stop it"
                ) from None
            yield

    def supersede(self) -> None:
        """Put an earlier record of this run aside, under ``superseded/`` of the results folder."""
        if not self.path.exists():
            return
        aside = self.path.parents[4] / "superseded"
        with told():
            aside.mkdir(parents=True, exist_ok=True)
            number = 1
            while (target := aside / f"{self.path.name}-{number}").exists():
                number += 1
            self.path.rename(target)

    def write_run(self, record: RunRecord) -> None:
        """Write ``run.json``."""
        write_atomically(self.path / "run.json", pretty(record))

    def write_results(self, result: ResultRecord, lineage: Lineage, modules: Mapping[str, Modules]) -> None:
        """Write modules, lineage and, last of all, ``result.json``."""
        folder = self.path / "modules"
        with told():
            folder.mkdir(exist_ok=True)
        for digest, parts in sorted(modules.items()):
            write_atomically(folder / f"{digest[:12]}.json", _modules_json(parts))
        write_atomically(self.path / "module.txt", final_text(modules[lineage.final]) + "\n")
        write_atomically(self.path / "lineage.json", pretty(lineage))
        write_atomically(self.path / "result.json", pretty(result))

    def read_run(self) -> RunRecord | None:
        """Read ``run.json``; None where there is none."""
        return _read(self.path / "run.json", RunRecord)

    def read_result(self) -> ResultRecord | None:
        """Read ``result.json``; None where the run has not ended."""
        return _read(self.path / "result.json", ResultRecord)

    def read_lineage(self) -> Lineage | None:
        """Read ``lineage.json``; None where the run has not ended."""
        return _read(self.path / "lineage.json", Lineage)

    def read_modules(self, digest: str) -> dict[str, Module]:
        """Read the modules of a digest."""
        content = json.loads((self.path / "modules" / f"{digest[:12]}.json").read_text())
        return {name: _module(part) for name, part in content["parts"].items()}

    def rows(self, file: Path) -> Iterator[RolloutRow]:
        """Read the rows of `train` or `test`, one at a time."""
        if file.exists():
            with file.open("rb") as lines:
                for line in lines:
                    yield RolloutRow.model_validate_json(line)


def pretty(model: BaseModel) -> str:
    """Return a record as JSON for people and for diffs."""
    return json.dumps(model.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def final_text(modules: Modules) -> str:
    """Return the text of the trainable modules, for a person to read."""
    parts = [modules[name] for name in modules.trainable]
    return "\n\n".join(
        part.text if isinstance(part, Instruction) else "\n\n\n".join(map(_as_code, part.tools)) for part in parts
    )


def _as_code(tool: Tool) -> str:
    said = " ".join(tool.description.split())
    return f"# {tool.name}({', '.join(tool.parameters.get('properties', {}))}): {said}\n{tool.source.strip()}"


def _module(part: Mapping[str, Any]) -> Module:
    if part["kind"] == Instruction.kind:
        return Instruction(part["text"])
    return Toolbox(tuple(Tool(**tool) for tool in part["tools"]))


def _modules_json(modules: Modules) -> str:
    parts = {name: {"kind": part.kind, **asdict(part)} for name, part in modules.parts.items()}
    return json.dumps({"trainable": list(modules.trainable), "parts": parts}, indent=2, ensure_ascii=False) + "\n"


def _read(path: Path, model: type[M]) -> M | None:
    try:
        return model.model_validate(upgraded(from_json(path.read_bytes(), allow_inf_nan=False)))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HarnessError(f"cannot read {path}: {error.strerror}") from None
    except ValidationError as error:
        raise HarnessError(f"{path} is not a record of this version: {first_problem(error)}") from None
    except (ValueError, HarnessError) as error:
        raise HarnessError(f"{path} is not a record of this version: {error}") from None
