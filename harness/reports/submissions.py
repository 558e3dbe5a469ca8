"""A folder of submissions: each file is checked by itself, against the others, and against what was accepted."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import ConfigError, HarnessError
from harness.core.printable import printable
from harness.records.folder import RunFolder
from harness.records.reading.checks import problem
from harness.records.reading.run import Run, read_run
from harness.records.reading.runs import readable
from harness.records.submission.manifest import sha256
from harness.records.submission.unpacking import unpack
from harness.run.config.recorded import Local
from harness.run.replay.outside import Drift
from harness.run.replay.verification import verify

OTHERS = (".md", ".txt", ".yml", ".yaml", ".gitattributes")
"""Files that a board's folder may hold besides the submissions."""


@dataclass(frozen=True)
class Checked:
    """One file of the folder.

    Attributes
    ----------
    run
        The unpacked run; None where the file is no submission.
    wrong
        Why it cannot be accepted, a line each; empty for a sound submission.
    notes
        What came out differently on this machine, where that was asked for.
    """

    name: str
    run: Run | None = None
    wrong: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Board:
    """Checks the submissions of a folder, in order of their names.

    Parameters
    ----------
    results
        An empty folder in which sound submissions are unpacked as a results folder.
    work
        An empty folder for what is unpacked and replayed on the way.
    accepted
        The folder as it was before: what it holds must be there still, unchanged. None: there was nothing.
    new_only
        Whether submissions that are the same as before are read, but not replayed.
    local, trusted
        What of this machine a replay may use, and the classes beyond the installed ones that it may import.
    recompute
        Whether effects and the embedded model's answers are done again; what differs becomes a note.
    """

    def __init__(
        self,
        results: Path,
        work: Path,
        *,
        accepted: Path | None = None,
        new_only: bool = False,
        local: Local | None = None,
        trusted: Collection[str] = (),
        recompute: bool = False,
    ) -> None:
        self._results = results
        self._work = work
        self._before = {} if accepted is None else _digests(accepted)
        self._new_only = new_only
        self._local = local
        self._trusted = trusted
        self._recompute = recompute
        self._journals: dict[str, str] = {}

    def check(self, folder: Path) -> Iterator[Checked]:
        """Yield each file as soon as it is checked, then what is missing.

        Raises
        ------
        ConfigError
            If there is no such folder.
        """
        if not folder.is_dir():
            raise ConfigError(f"there is no folder {folder}")
        names = sorted(path.name for path in folder.iterdir())
        for number, name in enumerate(names):
            path = folder / name
            if name.endswith(OTHERS) and path.is_file():
                continue
            try:
                yield self._checked(path, self._work / str(number))
            except HarnessError as error:
                yield Checked(name, None, (str(error),))
        for name in sorted(set(self._before) - set(names)):
            yield Checked(name, None, ("it was accepted and is missing: accepted submissions stay",))

    def _checked(self, path: Path, work: Path) -> Checked:
        name = path.name
        if path.is_symlink() or not path.is_file() or path.suffix != ".zip":
            raise ConfigError("it is no submission: a submission is a file RUN_ID.zip, made by `harness submit`")
        digest = _digest(path)
        before = self._before.get(name)
        if before not in (None, digest):
            raise ConfigError("it was accepted with other content: an accepted submission is never changed")
        run = read_run(unpack(path, work / "unpacked"))
        wrong = [*self._of_record(run, path), *self._copies(run, name)]
        drift = Drift() if self._recompute else None
        if not wrong and not (self._new_only and before == digest):
            wrong += self._of_replay(run, work / "again", drift=drift)
        if not wrong:
            run = self._placed(run)
        return Checked(name, run, wrong=tuple(wrong), notes=tuple(drift.found) if drift else ())

    def _of_record(self, run: Run, path: Path) -> Iterator[str]:
        if path.stem != run.id:
            yield f"its name is not that of its run: call it {printable(run.id)}.zip"
        if reason := problem(run):
            yield reason
        yield from (apart.reason for apart in readable([run])[1])

    def _copies(self, run: Run, name: str) -> Iterator[str]:
        with run.folder.journal.open("rb") as file:
            journal = sha256(file)
        if Path(name).stem == run.id:  # a copy under another name takes nobody's place
            self._journals.setdefault(journal, name)
        if (other := self._journals.get(journal, name)) != name:
            yield f"it holds the same answers as {other}"

    def _of_replay(self, run: Run, work: Path, *, drift: Drift | None) -> Iterator[str]:
        for check in verify(run.folder, work, local=self._local, drift=drift, trusted=self._trusted):
            yield from (f"not so: {check.name}: {line}" for line in check.wrong)

    def _placed(self, run: Run) -> Run:
        """Move a sound run to its own place in the results folder."""
        home = RunFolder.of(self._results, run.env, method=run.method, backbone=run.backbone, run_id=run.id)
        home.path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(run.folder.path, home.path)
        return read_run(home)


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: _digest(path) for path in sorted(folder.glob("*.zip"))}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return sha256(file)
