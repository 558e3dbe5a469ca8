"""A run under a tracker's eyes: begun, followed, and its record reported at the end. Never the reason of a failure."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from harness.run.progress.events import Observer
from harness.run.progress.together import Together
from harness.run.tracking.curves import Curves
from harness.run.tracking.report import report, safe_config
from harness.run.tracking.tracker import Start, Tracker, make_tracker

if TYPE_CHECKING:
    from harness.run.plan import Plan


@contextmanager
def tracked(ready: Plan, observer: Observer) -> Iterator[Observer]:
    """Give the observer that a run is to tell, which is `observer` and the tracker of the config, if any.

    Raises
    ------
    ConfigError
        If the tracker of the config does not exist or is not installed; before anything is spent.
    """
    tracker = make_tracker(ready.settings.tracking)
    if tracker is None:
        yield observer
        return
    safe = _Safe(tracker)
    safe.do(lambda t: t.begin(_start(ready)))
    curves = Curves(safe.log)
    try:
        yield Together(observer, curves)
    except BaseException:
        safe.do(lambda t: t.finish(failed=True))
        raise
    curves.point()
    safe.do(lambda t: report(t, ready.folder))
    safe.do(lambda t: t.finish(failed=False))


def _start(ready: Plan) -> Start:
    settings = ready.settings
    group = settings.tracking.get("group")
    return Start(
        name=f"{settings.env_name}-{settings.method_name}-{ready.backbone}-seed{settings.seed}",
        id=ready.run_id,
        group=str(group) if group else f"{settings.env_name} {ready.backbone}",
        job_type=settings.method_name,
        tags=("simulated",) if ready.simulated else ("real",),
        config=safe_config(
            settings.model_dump(mode="json", exclude={"fresh", "tracking"}),
            ready.description.sensitive,
            run_id=ready.run_id,
            env=settings.env_name,
            method_name=settings.method_name,
            backbone_name=ready.backbone,
            simulated=ready.simulated,
        ),
    )


class _Safe:
    """Does what a tracker is asked until it fails; then says so, once, and asks no more."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker: Tracker | None = tracker

    def do(self, what: Callable[[Tracker], Any]) -> None:
        if self._tracker is None:
            return
        try:
            what(self._tracker)
        except Exception as error:  # whatever a tracker runs into is no reason to stop a paid run
            broken, self._tracker = self._tracker, None
            with suppress(Exception):
                broken.finish(failed=True)
            print(f"tracking stopped: {type(error).__name__}: {error}; the record is not affected", file=sys.stderr)

    def log(self, values: Mapping[str, float], step: int) -> None:
        self.do(lambda t: t.log(values, step))
