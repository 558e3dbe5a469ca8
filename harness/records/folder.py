"""A run's folder: where each file of the record lies, and how it is written and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from harness.core.domain import Module, Modules
from harness.core.errors import ConfigError, HarnessError
from harness.core.printable import printable
from harness.core.problems import first_problem
from harness.records import locking, texts
from harness.records.files import told, write_atomically
from harness.records.inside import lines_inside, read_inside
from harness.records.module_text import final_text, module_of, modules_json
from harness.records.pretty import pretty
from harness.records.schema import Lineage, ModulesFile, ResultRecord, RolloutRow, RulesFile, RuleTable, RunRecord
from harness.records.versions import NotThisVersion, upgraded

M = TypeVar("M", bound=BaseModel)

DIGEST = re.compile(r"[0-9a-f]{12,64}", re.ASCII)


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run: ``results/runs/<env>/<method>/<backbone>/<run-id>``."""

    path: Path

    @staticmethod
    def of(results: Path, env: str, *, method: str, backbone: str, run_id: str) -> RunFolder:
        """Return the folder of a run.

        Raises
        ------
        ConfigError
            If a name would lead elsewhere.
        """
        for part in (env, method, backbone, run_id):
            if part in ("", ".", "..") or "/" in part or "\0" in part:
                raise ConfigError(f"{printable(part)!r} cannot name a folder of the results")
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

    @property
    def texts(self) -> Path:
        """The texts that the rows refer to."""
        return self.path / texts.NAME

    @property
    def result(self) -> Path:
        """The result, written last of all."""
        return self.path / "result.json"

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
        AtWork
            If another process is at work on it, on this machine or another.
        ConfigError
            If its file system has no locks.
        """
        with locking.holding(self.path / ".lock"):
            yield

    def at_work(self) -> bool:
        """Return whether a process holds the run. Needs no permission to write."""
        return locking.is_held(self.path / ".lock")

    def supersede(self) -> None:
        """Put an earlier record of this run aside, under ``superseded/`` of the results folder.

        Raises
        ------
        AtWork
            If another process is at work on it.
        """
        if not self.path.exists():
            return
        aside = self.path.parents[4] / "superseded"
        with self.lock(), told():
            aside.mkdir(parents=True, exist_ok=True)
            number = 1
            while (target := aside / f"{self.path.name}-{number}").exists():
                number += 1
            self.path.rename(target)

    def write_run(self, record: RunRecord) -> None:
        """Write ``run.json``."""
        write_atomically(self.path / "run.json", pretty(record))

    def write_results(
        self,
        result: ResultRecord,
        lineage: Lineage,
        *,
        modules: Mapping[str, Modules],
        rules: Sequence[RuleTable] = (),
    ) -> None:
        """Write modules, lineage, rules (if any) and, last of all, ``result.json``."""
        folder = self.path / "modules"
        with told():
            folder.mkdir(exist_ok=True)
        for digest, parts in sorted(modules.items()):
            write_atomically(folder / f"{digest[:12]}.json", modules_json(parts))
        write_atomically(self.path / "module.txt", final_text(modules[lineage.final]) + "\n")
        write_atomically(self.path / "lineage.json", pretty(lineage))
        if rules:
            write_atomically(self.path / "rules.json", pretty(RulesFile(tables=list(rules))))
        write_atomically(self.path / "result.json", pretty(result))

    def read_run(self) -> RunRecord | None:
        """Read ``run.json``; None where there is none."""
        return self._read("run.json", RunRecord)

    def read_result(self) -> ResultRecord | None:
        """Read ``result.json``; None where the run has not ended."""
        return self._read("result.json", ResultRecord)

    def read_lineage(self) -> Lineage | None:
        """Read ``lineage.json``; None where the run has not ended."""
        return self._read("lineage.json", Lineage)

    def read_rules(self) -> RulesFile | None:
        """Read ``rules.json``; None where there is none."""
        return self._read("rules.json", RulesFile)

    def read_modules(self, digest: str) -> dict[str, Module]:
        """Read the modules of a digest.

        Raises
        ------
        HarnessError
            If there is no such file, or it holds no modules.
        """
        if not DIGEST.fullmatch(digest):
            raise HarnessError(f"{printable(digest[:80])} is no digest of modules")
        name = f"modules/{digest[:12]}.json"
        file = self._parsed(name, ModulesFile, parse=from_json)
        if file is None:
            raise HarnessError(f"{self.path / name} is missing")
        return {part: module_of(content) for part, content in file.parts.items()}

    def read_text(self) -> str:
        """Read ``module.txt``, the learned module as text.

        Raises
        ------
        HarnessError
            If it is missing or not UTF-8.
        """
        try:
            return read_inside(self.path, "module.txt").decode().strip()
        except FileNotFoundError:
            raise HarnessError(f"{self.path / 'module.txt'} is missing") from None
        except UnicodeDecodeError:
            raise HarnessError(f"{self.path / 'module.txt'} is not UTF-8") from None

    def rows(self, file: Path) -> Iterator[RolloutRow]:
        """Read the rows of `train` or `test`, one at a time.

        Raises
        ------
        HarnessError
            If a line is no row of this version: the file and the line.
        """
        for number, line in enumerate(lines_inside(self.path, file.name), 1):
            try:
                yield RolloutRow.model_validate_json(line, strict=True)
            except ValidationError as error:
                raise HarnessError(f"{file.name}, line {number}, is no rollout: {first_problem(error)}") from None

    def _read(self, name: str, model: type[M]) -> M | None:
        return self._parsed(name, model, parse=lambda data: upgraded(from_json(data, allow_inf_nan=False)))

    def _parsed(self, name: str, model: type[M], *, parse: Callable[[bytes], Any]) -> M | None:
        try:
            return model.model_validate(parse(read_inside(self.path, name)), strict=True)
        except FileNotFoundError:
            return None
        except ValidationError as error:
            reason = first_problem(error)
        except NotThisVersion as error:
            reason = str(error)
        except ValueError as error:
            reason = f"it is no JSON ({error})"
        raise HarnessError(f"{self.path / name} is not a record of this version: {reason}")
