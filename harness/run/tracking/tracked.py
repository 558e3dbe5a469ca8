"""A run under a tracker's eyes: begun, followed, and its record reported at the end. Never the reason of a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.run.progress.events import Observer
from harness.run.progress.together import Together
from harness.run.tracking.aside import Aside
from harness.run.tracking.curves import Curves
from harness.run.tracking.report import report, safe_config
from harness.run.tracking.tracker import Start, make_tracker

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
    aside = Aside(tracker)
    aside.do(lambda t: t.begin(_start(ready)))
    curves = Curves(lambda values, step: aside.do(lambda t: t.log(values, step), wait=False))
    try:
        yield Together(observer, curves)
    except BaseException:
        aside.do(lambda t: t.finish(failed=True))
        raise
    else:
        curves.point()
        aside.do(lambda t: report(t, ready.folder))
        aside.do(lambda t: t.finish(failed=False))
    finally:
        aside.close()


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
            settings.model_dump(mode="json", exclude={"fresh", "tracking", "executor"}),
            ready.description.sensitive,
            run_id=ready.run_id,
            env=settings.env_name,
            method_name=settings.method_name,
            backbone_name=ready.backbone,
            simulated=ready.simulated,
        ),
    )
