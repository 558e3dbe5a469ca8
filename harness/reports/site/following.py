"""A site that follows a results folder: the pages of runs that change, and one of the runs at work."""

from __future__ import annotations

from pathlib import Path

from harness.core.errors import HarnessError
from harness.records.folder import RunFolder
from harness.records.schema import RunRecord
from harness.records.store import run_folders
from harness.reports.site.build import Built, build, update, write_data
from harness.reports.site.live import live_payload
from harness.reports.site.scripts import Payload
from harness.reports.watching import Watch

Stamp = tuple[int, int]
"""Time and size of a file, by which a change is noticed."""


class Following:
    """Builds the site of a results folder, then writes what has changed.

    Parameters
    ----------
    k
        Of pass@k.
    every
        Seconds between two looks of the page.

    Attributes
    ----------
    built
        What the site held at first.
    """

    def __init__(self, results: Path, out: Path, *, k: int, every: float) -> None:
        self._results, self._out, self._k, self._every = results, out, k, every
        self._records: dict[Path, tuple[Stamp, RunRecord | None]] = {}
        self._watches: dict[Path, Watch] = {}
        self._ended: set[Path] = set()
        self._states = self._look()
        self._written: Payload = {}
        self.built: Built = build(results, out, k=k, live=True)
        self._write(following=True)

    @property
    def at_work(self) -> int:
        """How many runs were at work when we last looked."""
        return sum(state == "running" for state in self._states.values())

    def refresh(self) -> None:
        """Read what is new, and write the pages of runs that began, ended or went on."""
        states = self._look()
        changed = {path for path, state in states.items() if self._states.get(path) != state}
        if changed or len(states) < len(self._states):
            update(self._results, self._out, changed=changed, k=self._k)
        self._states = states
        self._write(following=True)

    def close(self) -> None:
        """Say on the page that it is not kept up any more."""
        self._write(following=False)

    def _look(self) -> dict[Path, str]:
        states: dict[Path, str] = {}
        for folder in run_folders(self._results):
            record = self._record(folder)
            state: str = "unreadable" if record is None else record.status
            if state == "running":
                state = "running" if folder.at_work() else "incomplete"
            if state == "running" and folder.path not in self._watches:
                self._watches[folder.path] = Watch(folder)
            states[folder.path] = state
        return states

    def _record(self, folder: RunFolder) -> RunRecord | None:
        """Read ``run.json`` where it has changed; None where it is no record of this version."""
        try:
            status = (folder.path / "run.json").stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._records.get(folder.path)
            if known is None or known[0] != stamp:
                known = self._records[folder.path] = (stamp, folder.read_run())
        except (OSError, HarnessError):
            return None
        return known[1]

    def _write(self, *, following: bool) -> None:
        for path, watch in self._watches.items():
            working = self._states.get(path) == "running"
            if working or path not in self._ended:  # an ended run is read once more
                watch.refresh()
            (self._ended.discard if working else self._ended.add)(path)
        order = sorted(self._watches, key=lambda path: self._states.get(path) != "running")
        records = [(path, self._records[path][1]) for path in order if path in self._states]
        shown = [
            live_payload(record, self._watches[path], state=self._states[path]) for path, record in records if record
        ]
        payload: Payload = {"following": following, "every": self._every, "runs": shown}
        if payload != self._written:
            write_data(self._out, "live", payload=payload)
            self._written = payload
