"""One run, from start to record.

settings -> environment, method, models -> Lab -> ``method.train`` -> only then the test tasks -> record.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext, suppress

from harness.core.errors import HarnessError
from harness.core.printable import printable
from harness.llm.redact import clean_config, one_line
from harness.llm.storage.journal_index import index_of, remove
from harness.records.places import without_folders
from harness.records.run_id import run_id, variant
from harness.records.schema import Earlier, EnvironmentRecord, EstimateRecord, ResultRecord, RunRecord
from harness.run import event_loop
from harness.run.collecting import few_collections
from harness.run.estimate.estimating import estimate
from harness.run.lab.allowance import AmountTooSmall
from harness.run.outside import Outside
from harness.run.plan import Plan
from harness.run.players.choice import players_of, this_process
from harness.run.progress.events import Observer
from harness.run.provenance import git_revision, package_versions, python_version
from harness.run.session import LiveSession
from harness.run.tracking.tracked import tracked

NOT_RECORDED = {"fresh", "executor", "results_dir"}
"""Settings that say how a process works, and nothing of the run."""


def run_or_read(ready: Plan, observer: Observer) -> ResultRecord:
    """Return the result of a run: its record's where it is finished, else what running it gives."""
    return finished(ready) or execute(ready, observer)


def finished(ready: Plan) -> ResultRecord | None:
    """Return the stored result of a run that need not be executed; None where it must (``fresh=true`` repeats it)."""
    return None if ready.settings.fresh else ready.folder.read_result()


def execute(ready: Plan, observer: Observer, *, outside: Outside | None = None) -> ResultRecord:
    """Run, or resume what an earlier process left; return the result.

    Parameters
    ----------
    outside
        None: the run's own journal and the models of its backbone.

    Raises
    ------
    IncompleteRun
        If the run stopped with work missing; the same command resumes it.
    """
    folder = ready.folder
    earlier = None if ready.settings.fresh else folder.read_run()
    ended = folder.result.exists()
    expected = earlier.estimate if earlier else None
    if expected is None and outside is None:
        expected = _expected(ready)
    with players_of(ready) if outside is None else nullcontext(this_process(ready)) as players:
        if ready.settings.fresh:
            folder.supersede()
        folder.create()
        with folder.lock():
            if not ended and (stored := folder.read_result()):  # another process finished it while this one got ready
                return stored
            record = _opening_record(ready).model_copy(update={"estimate": expected})
            folder.write_run(record)
            with tracked(ready, observer) as watching:
                session = LiveSession(ready, record, observer=watching, outside=outside, players=players)
                try:
                    with few_collections():
                        result = event_loop.run(session.limited_work(), ready.settings.executor.loop)
                except BaseException as error:
                    session.end(error)
                    raise
                session.end(None)
            with suppress(OSError):  # a finished run only reads its journal
                remove(index_of(folder.journal))
            return result


def _expected(ready: Plan) -> EstimateRecord | None:
    try:
        return estimate(ready, play_some=not ready.simulated)  # a run that costs nothing need not wait for it
    except AmountTooSmall:
        raise
    except HarnessError:  # the run itself meets it, and tells it
        return None
    except Exception as error:  # a method that cannot be tried out on a Lab without models is run all the same
        print(f"no estimate for this run: {printable(one_line(error))}", file=sys.stderr)
        return None


def _earlier(ready: Plan) -> Earlier | None:
    if ready.earlier is None or ready.earlier is ready.identity:
        return None
    return Earlier(run_id=run_id(ready.earlier), variant=variant(ready.earlier))


def _opening_record(ready: Plan) -> RunRecord:
    earlier = ready.folder.read_run()
    return RunRecord(
        run_id=ready.run_id,
        earlier=_earlier(ready),
        env=ready.settings.env_name,
        method=ready.settings.method_name,
        backbone=ready.backbone,
        status="running",
        simulated=ready.simulated or (earlier is not None and earlier.simulated),
        seed=ready.settings.seed,
        data_seed=ready.settings.data_seed,
        config=clean_config(without_folders(ready.settings.model_dump(mode="json", exclude=NOT_RECORDED))),
        identity=dict(ready.identity),
        environment=EnvironmentRecord.of(ready.description),
        splits=earlier.splits if earlier else {},
        git_revision=git_revision(),
        packages=package_versions(),
        python=python_version(),
        sessions=earlier.sessions if earlier else [],
        estimate=earlier.estimate if earlier else None,
    )
