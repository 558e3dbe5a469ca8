"""The runs of a results folder, found and read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.core.errors import ConfigError
from harness.records.folder import RunFolder


def run_folders(results: Path) -> Iterator[RunFolder]:
    """Yield the runs of a results folder, in order of environment, method, backbone and id."""
    for path in sorted(results.glob("runs/*/*/*/*/run.json")):
        yield RunFolder(path.parent)


def find_run(name: str, results: Path) -> RunFolder:
    """Return the run that a person means: by the path of its folder, its id, or the beginning of its id.

    Raises
    ------
    ConfigError
        If there is none, or more than one.
    """
    if (Path(name) / "run.json").is_file():
        return RunFolder(Path(name))
    found = [folder for folder in run_folders(results) if folder.path.name.startswith(name)] if name else []
    if not found:
        raise ConfigError(f"there is no run {name!r} in {results}; `harness runs` lists them")
    if len(found) > 1:
        ids = ", ".join(folder.path.name for folder in found)
        raise ConfigError(f"{name!r} may mean several runs: {ids}")
    return found[0]
