"""Building the site: the records of a results folder to a folder of pages and data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness import __version__
from harness.core.errors import ConfigError, HarnessError
from harness.records.reading.run import Run
from harness.records.reading.runs import Unreadable, read_runs
from harness.reports.leaderboard.boards import make_boards
from harness.reports.site.boards import index_payload, matrix_payload
from harness.reports.site.folder import replaced
from harness.reports.site.lineages import NONE, lineage_payload
from harness.reports.site.pages import write_pages
from harness.reports.site.rollouts import write_rollouts
from harness.reports.site.runs import run_payload, run_slug
from harness.reports.site.scripts import Payload, data_script


@dataclass(frozen=True, slots=True)
class Built:
    """What a site holds; `size` is bytes, `first` those that the first page reads."""

    runs: int
    rollouts: int
    files: int
    size: int
    first: int


def build(results: Path, out: Path, *, k: int = 3, live: bool = False) -> Built:
    """Write the site of a results folder.

    Parameters
    ----------
    k
        Of pass@k.
    live
        Whether the site has a page of the runs at work; `harness.reports.site.following` writes what that page reads.

    Raises
    ------
    ConfigError
        If there are no runs, or `out` is a folder of something else.
    """
    runs, unreadable = read_runs(results)
    if not runs and not unreadable:
        raise ConfigError(f"no runs in {results}; `python -m harness` makes one")
    with replaced(out) as folder:
        write_pages(folder, live=live)
        _write_boards(folder, runs, unreadable=unreadable, k=k)
        rollouts = sum(_write_run(folder, run) for run in runs)
        sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        first = sum(size for path, size in sizes.items() if path.parent.name in ("static", "data"))
    return Built(len(runs), rollouts, files=len(sizes), size=sum(sizes.values()), first=first)


def update(results: Path, site: Path, *, changed: Collection[Path], k: int) -> None:
    """Write the boards of a site anew, and the pages of the runs whose folders are `changed`; each file whole."""
    runs, unreadable = read_runs(results)
    _write_boards(site, runs, unreadable=unreadable, k=k)
    for run in runs:
        if run.folder.path in changed:
            _write_run(site, run)


def _write_boards(folder: Path, runs: Sequence[Run], *, unreadable: Sequence[Unreadable], k: int) -> None:
    found = make_boards(runs, unreadable, k=k)
    write_data(folder, "index", payload=index_payload(found, runs, version=__version__))
    for number, board in enumerate(found.boards):
        write_data(folder, f"boards/{number}", payload=matrix_payload(board))


def _write_run(folder: Path, run: Run) -> int:
    run = replace(run)  # what it reads is let go with it
    place = f"runs/{run_slug(run)}"

    def write(name: str, payload: Payload) -> None:
        write_data(folder, f"{place}/{name}", payload=payload)

    write("run", run_payload(run))
    index = write_rollouts(run, write)
    write("index", index.payload())
    try:
        lineage = lineage_payload(run, index.measured, write=write)
    except HarnessError:  # the leaderboard says what is wrong with the run
        lineage = NONE
    write("lineage", lineage)
    return index.rollouts


def write_data(folder: Path, key: str, *, payload: Payload) -> None:
    """Write what a page reads under a key; who reads the file meanwhile has the earlier one or this one."""
    path = folder / "data" / f"{key}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data_script(key, payload))
    part.replace(path)
