"""One run, from start to record.

settings -> environment, method, models -> Lab -> ``method.train`` -> only then the test tasks -> record.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from harness.domain import Modules, Purpose, Role, Task
from harness.embedding import Embedder
from harness.environment import Description, Environment
from harness.errors import BudgetSpent, HarnessError, IncompleteRun, InfrastructureError
from harness.estimate.estimating import estimate
from harness.llm import clock
from harness.llm.backbone import ModelSpec
from harness.llm.door import Door
from harness.llm.gate import Gates
from harness.llm.journal import Journal
from harness.llm.ledger import Ledger
from harness.llm.messages import Answer
from harness.llm.provider import Provider
from harness.llm.providers import Providers
from harness.llm.redact import clean_config, redact
from harness.llm.retry import Retry
from harness.llm.store import AnswerStore
from harness.method import Method
from harness.progress.events import Observer
from harness.progress.paid import Paid
from harness.progress.together import Together
from harness.record.folder import RunFolder
from harness.record.schema import (
    EstimateRecord,
    ResultRecord,
    RunRecord,
    Score,
    Seconds,
    Session,
    Status,
    UsageRow,
    UsageTable,
)
from harness.record.spool import Spool
from harness.roles.prompting import Prompts
from harness.run import build
from harness.run.allowance import Allowance
from harness.run.bench import COUNTED, Bench
from harness.run.final_test import final_test
from harness.run.holdout import hold_out
from harness.run.identity import identity, run_id
from harness.run.laboratory import Laboratory
from harness.run.limits import Limits
from harness.run.lineage import LineageBook
from harness.run.provenance import git_revision, package_versions, python_version
from harness.run.rollouts import Rollouts
from harness.run.rows import usage_row
from harness.run.scores import training_scores
from harness.run.settings import Settings
from harness.tracking.tracked import tracked

GRACE = 30.0
"""Seconds that calls under way get to be answered and journaled when a run is stopped."""


@dataclass(frozen=True)
class Plan:
    """A run that is ready to start: everything checked, nothing spent."""

    settings: Settings
    environment: Environment
    description: Description
    method: Method
    models: Mapping[Role, ModelSpec]
    initial: Modules
    prompts: Prompts
    backbone: str
    embedder: Embedder
    identity: Mapping[str, Any]
    folder: RunFolder

    @property
    def run_id(self) -> str:
        """The run's id."""
        return run_id(self.identity)

    @property
    def simulated(self) -> bool:
        """Whether any role is played by a simulated model."""
        return any(spec.simulated for spec in self.models.values())


@dataclass(frozen=True)
class Outside:
    """Where a run's effects come from. A replay puts a journal that is only read in place of the live ones.

    Attributes
    ----------
    door
        Makes the doors, from the arguments of `Door`.
    store
        Answers that runs of the results folder share.
    """

    journal: Journal
    provider: Provider
    door: Callable[..., Door] = Door
    store: AnswerStore | None = None


def plan(settings: Settings, *, keys: bool = True) -> Plan:
    """Build everything that a run needs and find its folder.

    Parameters
    ----------
    keys
        Whether every model must have its key in place; a replay asks none.

    Raises
    ------
    ConfigError
        If anything is wrong that can be known before work is done.
    """
    models = build.build_models(settings, keys=keys)
    method = build.build_method(settings)
    embedder = build.build_embedder(settings)
    environment = build.build_environment(settings)
    description = environment.describe()
    initial = build.initial_modules(environment, settings)
    prompts = Prompts(settings.roles.prompts)
    backbone = build.backbone_name(settings, models)
    determined_by = identity(settings, description, method, models, initial, prompts)
    folder = RunFolder.of(
        settings.results_dir, settings.env_name, settings.method_name, backbone, run_id(determined_by)
    )
    return Plan(
        settings,
        environment,
        description,
        method,
        models,
        initial,
        prompts,
        backbone,
        embedder,
        determined_by,
        folder,
    )


def execute(ready: Plan, observer: Observer, outside: Outside | None = None) -> ResultRecord:
    """Run, or go on with what an earlier process left; return the result.

    Parameters
    ----------
    outside
        None: the run's own journal and the models of its backbone.

    Raises
    ------
    IncompleteRun
        If the run stopped with work missing; the same command goes on.
    """
    folder = ready.folder
    if ready.settings.fresh:
        folder.supersede()
    folder.create()
    with folder.lock():
        record = _opening_record(ready)
        if record.estimate is None and outside is None:
            record = record.model_copy(update={"estimate": _expected(ready)})
        folder.write_run(record)
        with tracked(ready, observer) as watching:
            session = _Session(ready, record, watching, outside)
            try:
                result = asyncio.run(session.limited_work())
            except BaseException as error:
                session.end(error)
                raise
            session.end(None)
        return result


class _Session:
    """One process at work on one run."""

    def __init__(self, ready: Plan, record: RunRecord, observer: Observer, outside: Outside | None) -> None:
        self._ready = ready
        self._outside = outside
        self._record = record
        self._paid = Paid()
        self._observer = Together(observer, self._paid)
        self._ledger = Ledger()
        self._vanilla_ledger = Ledger()
        self._began = time.monotonic()
        self._started = datetime.now(UTC).isoformat(timespec="seconds")
        self._counts = dict.fromkeys(COUNTED, 0)
        earlier = sum(session.seconds for session in record.sessions)
        self._limits = Limits(ready.settings.budget, (self._ledger, self._vanilla_ledger), earlier)

    async def limited_work(self) -> ResultRecord:
        """Do the work within the limits of the budget."""
        return await self._limits.within(self.work())

    async def work(self) -> ResultRecord:
        """Train, test, and write the record."""
        ready, settings = self._ready, self._ready.settings
        outside = self._outside or _live(ready)
        journal, provider = outside.journal, outside.provider
        retry = Retry(**settings.retries.model_dump())
        shared_by_doors = (retry, Gates(retry.longest), outside.store)
        rollouts = Rollouts(ready.environment, settings.concurrency, settings.timeouts.task)
        train_rows, test_rows = Spool(ready.folder.train), Spool(ready.folder.test)
        doors = [
            outside.door(ready.models, journal, ledger, provider, settings.seed, self._answered, *shared_by_doors)
            for ledger in (self._ledger, self._vanilla_ledger)
        ]
        try:
            clock.restart()
            training, validation = hold_out(
                ready.environment.tasks("train"), settings.validation_size, settings.data_seed
            )
            book = LineageBook()
            allowance = Allowance(settings.budget.match, settings.budget.amount)
            bench = Bench(
                ready.initial,
                ready.description,
                doors[0],
                rollouts,
                ready.prompts,
                train_rows,
                book,
                self._observer,
                settings.seed,
                training,
                validation,
                settings.roles.tries,
                settings.roles.on_failure,
                self._counts,
                embedder=ready.embedder,
                context=settings.context.policy,
                allowance=allowance,
                environment=ready.environment,
            )
            book.add((0,), "", "initial", made=ready.initial)
            laboratory = Laboratory(bench)
            trained = await ready.method.train(laboratory, training)
            if settings.budget.amount is not None:
                laboratory.note("budget-in-all", **allowance.facts())
            critical_path = clock.current().now

            testing = ready.environment.tasks("test")
            self._split(training, validation, testing)
            scores = training_scores(book.events())
            shared = (testing, settings.trials)
            scores["test"] = await final_test(
                "trained", trained, *shared, doors[0], rollouts, test_rows, self._observer
            )
            if trained.digest == ready.initial.digest:
                scores["vanilla"] = scores["test"]
            elif settings.baseline:
                scores["vanilla"] = await final_test(
                    "vanilla", ready.initial, *shared, doors[1], rollouts, test_rows, self._observer
                )
            train_rows.finish()
            test_rows.finish()
            result = self._result(trained, scores, critical_path)
            ready.folder.write_results(result, book.lineage(trained), {**book.modules, trained.digest: trained})
            return result
        finally:
            for door in doors:
                await door.drain(GRACE)
            train_rows.close()
            test_rows.close()
            await journal.close()
            await provider.close()
            if outside.store is not None:
                await outside.store.close()

    def _answered(self, role: Role, purpose: Purpose, answer: Answer, paid: bool) -> None:
        self._observer.answered(role, purpose, answer, paid)
        self._limits.check()

    def _split(self, *parts: Sequence[Task]) -> None:
        names = ("train", "validation", "test")
        splits = {name: [task.id for task in part] for name, part in zip(names, parts, strict=True)}
        self._record = self._record.model_copy(update={"splits": splits})

    def _result(self, trained: Modules, scores: Mapping[str, Score], critical_path: float) -> ResultRecord:
        ready = self._ready
        return ResultRecord(
            run_id=ready.run_id,
            env=ready.settings.env_name,
            method=ready.settings.method_name,
            backbone=ready.backbone,
            seed=ready.settings.seed,
            simulated=ready.simulated,
            generated_data=ready.description.generated,
            status="finished",
            score=dict(scores),
            usage=usage_table(self._ledger),
            usage_vanilla=usage_table(self._vanilla_ledger),
            seconds=Seconds(wall=round(self._wall(), 3), critical_path=round(critical_path, 6)),
            module=trained.digest,
            **self._counts,
        )

    def _wall(self) -> float:
        return sum(session.seconds for session in self._record.sessions) + time.monotonic() - self._began

    def end(self, error: BaseException | None) -> None:
        """Write down how this process's work ended."""
        status = _status(error)
        paid = self._ledger.paid() + self._vanilla_ledger.paid()
        session = Session(
            started=self._started,
            seconds=round(time.monotonic() - self._began, 3),
            status=status,
            message="" if error is None else redact(str(error) or type(error).__name__),
            calls_paid=paid.calls,
            usd_paid=paid.usd,
            paid={role: usage_row(usage) for role, usage in sorted(self._paid.by_role.items())},
            broken=self._paid.broken,
        )
        update = {"status": status, "sessions": [*self._record.sessions, session]}
        try:
            self._ready.folder.write_run(self._record.model_copy(update=update))
        except HarnessError:
            if error is None:
                raise


def _expected(ready: Plan) -> EstimateRecord | None:
    try:
        return estimate(ready)
    except HarnessError:  # the run itself meets it, and tells it
        return None
    except Exception as error:  # a method that cannot be tried out on a Lab without models is run all the same
        print(redact(f"no estimate for this run: {type(error).__name__}: {error}"), file=sys.stderr)
        return None


def _live(ready: Plan) -> Outside:
    provider = Providers()
    provider.warm(ready.models.values())
    store = None
    if ready.settings.share and not ready.settings.fresh and not all(spec.simulated for spec in ready.models.values()):
        store = AnswerStore(ready.settings.results_dir / "answers.sqlite")
    return Outside(Journal.open(ready.folder.journal), provider, store=store)


def _status(error: BaseException | None) -> Status:
    if error is None:
        return "finished"
    paused = (IncompleteRun, InfrastructureError, BudgetSpent, KeyboardInterrupt, asyncio.CancelledError)
    return "incomplete" if isinstance(error, paused) else "failed"


def _opening_record(ready: Plan) -> RunRecord:
    earlier = ready.folder.read_run()
    return RunRecord(
        run_id=ready.run_id,
        env=ready.settings.env_name,
        method=ready.settings.method_name,
        backbone=ready.backbone,
        status="running",
        simulated=ready.simulated,
        seed=ready.settings.seed,
        data_seed=ready.settings.data_seed,
        config=clean_config(ready.settings.model_dump(mode="json", exclude={"fresh"})),
        identity=dict(ready.identity),
        environment={
            "name": ready.description.name,
            "version": ready.description.version,
            "scorer_version": ready.description.scorer_version,
            "data_checksum": ready.description.data_checksum,
            "generated": ready.description.generated,
            "sensitive": ready.description.sensitive,
            "groups": list(ready.description.groups),
            "measures": list(ready.description.measures),
        },
        splits=earlier.splits if earlier else {},
        git_revision=git_revision(),
        packages=package_versions(),
        python=python_version(),
        sessions=earlier.sessions if earlier else [],
        estimate=earlier.estimate if earlier else None,
    )


def usage_table(ledger: Ledger) -> UsageTable:
    """Return what was asked, by phase and role, as the record holds it."""
    return {
        purpose: {role: UsageRow(**{k: v for k, v in row.items() if k != "paid"}) for role, row in roles.items()}
        for purpose, roles in ledger.snapshot().items()
    }
