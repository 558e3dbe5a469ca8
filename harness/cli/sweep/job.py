"""One job of a sweep: a run whose end is reported in one line, whatever that end is."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from harness.cli.exits import refusing_exits
from harness.cli.output import say
from harness.cli.standing import AT_WORK, standing
from harness.core.errors import AtWork, BudgetSpent, HarnessError, IncompleteRun, InfrastructureError
from harness.llm.redact import redact

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.records.schema import ResultRecord
    from harness.run.config.settings import Settings
    from harness.run.progress.events import Observer

JobStatus = Literal["finished", "finished before", "running", "incomplete", "failed", "not begun"]


class JobRow(BaseModel):
    """How a job ended.

    Attributes
    ----------
    number
        Its place in the sweep, from 0.
    folder
        Where its record is, or will be.
    result
        `ResultRecord` of a finished run.
    error
        Why there is none, in a line.
    trace
        The traceback of a bug, for a person who mends it.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    number: int
    label: str
    seed: int | None = None
    run_id: str = ""
    folder: str = ""
    status: JobStatus = "failed"
    result: object | None = None
    error: str = ""
    trace: str = ""

    @property
    def record(self) -> ResultRecord | None:
        """The result, as its type."""
        from harness.records.schema import ResultRecord

        return self.result if isinstance(self.result, ResultRecord) else None


def run_job(read: Callable[[], Settings], number: int, *, label: str, observer: Observer | None = None) -> JobRow:
    """Run one job, or read its record if it is finished; return how it ended.

    Never raises but for an interruption: a failed job does not stop the others.

    Parameters
    ----------
    read
        Returns the job's settings; an error in them is the job's own.
    observer
        None: progress is not shown.
    """
    from harness.llm.purse import LimitReached
    from harness.run.execute import execute, finished
    from harness.run.plan import plan
    from harness.run.progress.events import Silence

    row = JobRow(number=number, label=label)
    try:
        with refusing_exits():
            settings = read()
            row = row.model_copy(update={"seed": settings.seed})
            ready = plan(settings)
            row = row.model_copy(update={"run_id": ready.run_id, "folder": str(ready.folder.path.absolute())})
            stored = finished(ready)
            if stored is not None:
                return row.model_copy(update={"status": "finished before", "result": stored})
            return row.model_copy(update={"status": "finished", "result": execute(ready, observer or Silence())})
    except LimitReached as error:
        larger = f"resume the same sweep with {error.setting}={2 * error.limit:g}"
        return row.model_copy(update={"status": "incomplete", "error": f"{error}; {larger}"})
    except (IncompleteRun, InfrastructureError, BudgetSpent) as error:
        return row.model_copy(update={"status": "incomplete", "error": _one_line(error)})
    except AtWork as error:
        return row.model_copy(update={"status": "running", "error": _one_line(error)})
    except HarnessError as error:
        return row.model_copy(update={"error": _one_line(error)})
    except Exception as error:  # a bug in one job is reported with its traceback; the others continue
        say(traceback.format_exc(), error=True)
        return row.model_copy(
            update={"error": f"{type(error).__name__}: {_one_line(error)}", "trace": traceback.format_exc()}
        )


def as_recorded(settings: Settings, number: int, *, label: str) -> JobRow:
    """Return how a job stands by its record, whoever ran it; nothing is run, and no key is needed."""
    return _as_recorded(settings, JobRow(number=number, label=label, seed=settings.seed))


def left_behind(settings: Settings, number: int, *, label: str, error: Exception) -> JobRow:
    """Return how a job stands whose launcher broke: its record where it has one, else why it has none, in a line."""
    killed = type(error).__name__ in ("TerminatedWorkerError", "BrokenProcessPool")
    why = "a worker process was killed" if killed else f"the launcher broke: {type(error).__name__}: {_one_line(error)}"
    row = as_recorded(settings, number, label=label)
    if row.record is not None or row.status == "failed":
        return row
    return row.model_copy(update={"status": "incomplete", "error": why})


def _as_recorded(settings: Settings, row: JobRow) -> JobRow:
    from harness.run.plan import plan

    try:
        ready = plan(settings, keys=False)
        row = row.model_copy(update={"run_id": ready.run_id, "folder": str(ready.folder.path.absolute())})
        stored, record = ready.folder.read_result(), ready.folder.read_run()
    except HarnessError as unreadable:
        return row.model_copy(update={"error": _one_line(unreadable)})
    if record is None:
        begun = {"status": "running", "error": AT_WORK} if ready.folder.at_work() else {"status": "not begun"}
        return row.model_copy(update=begun)
    status, reason = standing(ready.folder, record, stored)
    return row.model_copy(
        update={"status": status, "error": reason, "result": stored if status == "finished" else None}
    )


def line(row: JobRow) -> str:
    """Return how a job ended, in a line."""
    name = " ".join(part for part in (row.label, "" if row.seed is None else f"seed={row.seed}") if part)
    record = row.record
    if record is None:
        return f"{name}: {row.status}: {row.error}"
    score = record.score["test"]
    earlier = ", finished before" if row.status == "finished before" else f", {record.seconds.wall:.0f} s"
    return f"{name}: test {100 * score.mean:.1f} ({score.n}), run {row.run_id}{earlier}"


def _one_line(error: BaseException) -> str:
    return " ".join(redact(str(error)).split()) or type(error).__name__
