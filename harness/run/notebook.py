"""The Python door: what `harness.run` and `harness.load_runs` do. `docs/notebook.md` shows them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from harness.core.errors import ConfigError
from harness.records.reading.run import Run, read_run
from harness.records.reading.runs import Unreadable, read_runs

if TYPE_CHECKING:
    from harness.records.reading.frames import Frames
    from harness.run.progress.events import Observer

Overrides = str | Sequence[str] | Mapping[str, Any]
"""Settings as on the command line: ``"method=fgo seed=1"``, ``["method=fgo", "seed=1"]`` or ``{"method": "fgo"}``."""


class Runs(Sequence[Run]):
    """Runs of a results folder, in order of environment, method, backbone and id.

    Attributes
    ----------
    unreadable
        Runs whose files are no record of this version, with the reason.
    """

    def __init__(self, runs: Sequence[Run], unreadable: Sequence[Unreadable] = ()) -> None:
        self._runs = tuple(runs)
        self.unreadable = tuple(unreadable)

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> Runs: ...
    def __getitem__(self, index: int | slice) -> Run | Runs:
        return Runs(self._runs[index]) if isinstance(index, slice) else self._runs[index]

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def __repr__(self) -> str:
        names = dict.fromkeys(f"{run.method} on {run.env}" for run in self)
        shown = ", ".join(list(names)[:3]) + (", ..." if len(names) > 3 else "")
        apart = f"; {len(self.unreadable)} unreadable" if self.unreadable else ""
        return f"<Runs: {len(self)}{': ' if shown else ''}{shown}{apart}>"

    def where(self, **values: Any) -> Runs:
        """Return the runs whose attributes have these values: ``runs.where(method="fgo", seed=1)``."""
        return Runs([run for run in self if all(getattr(run, name) == value for name, value in values.items())])

    @cached_property
    def frames(self) -> Frames:
        """Tidy pandas frames: ``runs``, ``rollouts``, ``lineage`` and ``usage``."""
        from harness.records.reading.frames import Frames

        return Frames(self._runs)


def load_runs(path: str | Path = "results") -> Runs:
    """Read the runs of a results folder, or the one run of a run's folder.

    Raises
    ------
    ConfigError
        If the folder does not exist.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ConfigError(f"there is no results folder {folder}")
    if (folder / "run.json").is_file():
        from harness.records.folder import RunFolder

        return Runs([read_run(RunFolder(folder))])
    return Runs(*read_runs(folder))


def run(overrides: Overrides = (), *, progress: bool | None = None, **settings: Any) -> Run:
    """Run one config, or read its record if it is finished.

    Works where an event loop runs already (a notebook): the run has a thread and a loop of its own.

    Parameters
    ----------
    overrides
        As on the command line.
    progress
        Whether to show progress on standard error; None: in a terminal and in a notebook.
    settings
        More of them by name, for those without a dot: ``seed=1``, ``method="fgo"``. `method` and `env` may be objects
        too: ``method=MyMethod(step=2), env=MyEnv()``. They count by the code of their classes and by the arguments
        of their constructors (`harness.run.config.objects`).

    Raises
    ------
    ConfigError
        If a setting is wrong, or an object cannot be identified.
    IncompleteRun
        If the run stopped before its end; the same call resumes it.
    """
    from harness.run.config.composition import compose
    from harness.run.config.objects import check_rebuilt, is_object, object_words
    from harness.run.execute import run_or_read
    from harness.run.plan import plan

    objects = {name: settings.pop(name) for name in ("method", "env") if is_object(settings.get(name))}
    typed = [word for name, made in objects.items() for word in object_words(name, made)]
    ready = plan(compose([*words(overrides), *typed, *words(settings)]))
    for name, rebuilt in (("method", ready.method), ("env", ready.environment)):
        if name in objects:
            check_rebuilt(name, objects[name], rebuilt=rebuilt)
    with _watching(progress) as observer, ThreadPoolExecutor(1) as thread:
        thread.submit(run_or_read, ready, observer).result()
    return read_run(ready.folder)


@contextmanager
def _watching(progress: bool | None) -> Iterator[Observer]:
    from harness.run.progress.display import display
    from harness.run.progress.events import Silence

    if progress or (progress is None and (sys.stderr.isatty() or "ipykernel" in sys.modules)):
        with display() as counts:
            yield counts
    else:
        yield Silence()


def words(overrides: Overrides) -> list[str]:
    """Return settings as words of the command line."""
    if isinstance(overrides, str):
        return overrides.split()
    if isinstance(overrides, Mapping):
        return [f"{name}={_written(value)}" for name, value in overrides.items()]
    return list(overrides)


def _written(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
