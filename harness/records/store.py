"""The runs of a results folder, found and read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.core.errors import ConfigError, HarnessError
from harness.records.folder import RunFolder


def run_folders(results: Path) -> Iterator[RunFolder]:
    """Yield the runs of a results folder, in order of environment, method, backbone and id. Links are not followed."""
    for path in sorted(results.glob("runs/*/*/*/*/run.json")):
        if not any(part.is_symlink() for part in path.parents[:5]):
            yield RunFolder(path.parent)


def find_run(name: str, results: Path) -> RunFolder:
    """Return the run that a person means: by the path of its folder, its id or the beginning of it, or its earlier id.

    Raises
    ------
    ConfigError
        If there is none, or more than one.
    """
    if _is_run(name):
        return RunFolder(Path(name))
    found = [folder for folder in run_folders(results) if folder.path.name.startswith(name)] if name else []
    if not found and name:
        found = [folder for folder in run_folders(results) if _earlier_id(folder).startswith(name)]
    if not found:
        raise ConfigError(f"there is no run {name!r} in {results}; `harness runs` lists them")
    if len(found) > 1:
        ids = [folder.path.name for folder in found]
        shown = ids if len(set(ids)) == len(ids) else [str(folder.path) for folder in found]
        raise ConfigError(f"{name!r} may mean several runs: {', '.join(shown)}")
    return found[0]


def _is_run(name: str) -> bool:
    try:
        return (Path(name) / "run.json").is_file()
    except (OSError, ValueError):  # too long for a path, or with a null character
        return False


def _earlier_id(folder: RunFolder) -> str:
    try:
        record = folder.read_run()
    except HarnessError:
        return ""
    return record.earlier.run_id if record is not None and record.earlier is not None else ""
