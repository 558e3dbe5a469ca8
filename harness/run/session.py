"""One process at work on one run: training, then the test tasks, then the record."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from harness.core import clock
from harness.core.domain import Modules, Purpose, Role, Task, Usage
from harness.core.errors import BudgetSpent, HarnessError, IncompleteRun, InfrastructureError
from harness.core.messages import Answer
from harness.llm.door import Door
from harness.llm.ledger import Ledger
from harness.llm.patience.gate import Gates
from harness.llm.redact import redact
from harness.records.reading.rules import tables as rule_tables
from harness.records.schema import (
    ResultRecord,
    RunRecord,
    Score,
    ScoreName,
    Seconds,
    Session,
    Status,
    UsageRow,
    UsageTable,
)
from harness.records.scores import training_scores
from harness.records.spool import Spool, TextSpool
from harness.run.contract import tasks_of, train
from harness.run.final_test import final_test
from harness.run.holdout import hold_out
from harness.run.lab.allowance import Allowance
from harness.run.lab.bench import COUNTED, Bench
from harness.run.lab.laboratory import Laboratory
from harness.run.lab.lineage import LineageBook
from harness.run.lab.rollouts import Rollouts
from harness.run.limits import Limits
from harness.run.outside import Outside, live
from harness.run.plan import Plan
from harness.run.players.playing import Players
from harness.run.progress.broken import Broken
from harness.run.progress.events import Observer
from harness.run.progress.retrying import ToldRetry
from harness.run.progress.together import Together

GRACE = 30.0
"""Seconds that calls under way get to be answered and journaled when a run is stopped."""


class LiveSession:
    """One process at work on one run."""

    def __init__(
        self, ready: Plan, record: RunRecord, *, observer: Observer, outside: Outside | None, players: Players
    ) -> None:
        self._ready = ready
        self._outside = outside
        self._record = record
        self._broken = Broken()
        self._observer = Together(observer, self._broken)
        self._ledger = Ledger()
        self._vanilla_ledger = Ledger()
        self._began = time.monotonic()
        self._started = datetime.now(UTC).isoformat(timespec="seconds")
        self._simulated = record.simulated
        self._counts = dict.fromkeys(COUNTED, 0)
        earlier = sum(session.seconds for session in record.sessions)
        settings = ready.settings
        self._players = players
        self._rollouts = Rollouts(
            players,
            settings.concurrency,
            evaluations=max(settings.concurrency, ready.models[Role.EVALUATOR].concurrency),
        )
        self._limits = Limits(settings.budget, earlier)

    async def limited_work(self) -> ResultRecord:
        """Do the work within the limits of the budget."""
        return await self._limits.within(self.work())

    async def work(self) -> ResultRecord:
        """Train, test, and write the record."""
        folder = self._ready.folder
        outside = self._outside or live(self._ready)
        doors = self._doors(outside)
        texts = TextSpool(folder.texts)
        train_rows, test_rows = Spool(folder.train, texts), Spool(folder.test, texts)
        try:
            book = LineageBook()
            trained, critical_path = await self._train(doors[0], train_rows, book=book)
            scores = training_scores(book.events()) | await self._test(trained, doors, rows=test_rows)
            for rows in (train_rows, test_rows):
                rows.flush()  # those that wait have texts to add
            for spool in (texts, train_rows, test_rows):
                spool.finish()
            self._counts["refused_calls"] = sum(door.refused for door in doors)
            self._counts["cut_prompts"] = sum(door.cut for door in doors)
            result = self._result(trained, scores, critical_path=critical_path)
            lineage = book.lineage(trained)
            rules = rule_tables(self._ready.description.groups, lineage, rows=folder.rows(folder.train))
            folder.write_results(result, lineage, modules={**book.modules, trained.digest: trained}, rules=rules)
            return result
        finally:
            for door in doors:
                await door.drain(GRACE)
            await self._players.close()
            for spool in (texts, train_rows, test_rows):
                spool.close()
            await outside.close()

    def _doors(self, outside: Outside) -> list[Door]:
        """Return a door for the method and one for the vanilla agent, so that each has its own ledger."""
        ready = self._ready
        retry = ToldRetry(**ready.settings.retries.model_dump(), tell=self._observer.retrying)
        gates, purse = Gates(retry.longest), self._limits.purse(outside)

        def door(ledger: Ledger) -> Door:
            return outside.door(
                ready.models,
                outside.journal,
                ledger=ledger,
                provider=outside.provider,
                seed=ready.settings.seed,
                on_answer=self._answered,
                retry=retry,
                gates=gates,
                store=outside.store,
                purse=purse,
            )

        return [door(self._ledger), door(self._vanilla_ledger)]

    async def _train(self, door: Door, rows: Spool, *, book: LineageBook) -> tuple[Modules, float]:
        """Return what the method makes of the training tasks, and the seconds of its longest chain of calls."""
        ready, settings = self._ready, self._ready.settings
        clock.restart()
        training, validation = hold_out(
            tasks_of(ready.environment, "train"), settings.validation_size, seed=settings.data_seed
        )
        self._split(train=training, validation=validation)
        allowance = Allowance(settings.budget.match, settings.budget.amount)
        bench = Bench(
            ready.initial,
            ready.description,
            door=door,
            rollouts=self._rollouts,
            prompts=ready.prompts,
            rows=rows,
            book=book,
            observer=self._observer,
            seed=settings.seed,
            training=training,
            validation=validation,
            tries=settings.roles.tries,
            on_failure=settings.roles.on_failure,
            counts=self._counts,
            embedder=ready.embedder,
            context=settings.context.policy,
            allowance=allowance,
            environment=ready.environment,
        )
        book.add((0,), "", kind="initial", made=ready.initial)
        laboratory = Laboratory(bench)
        trained = await train(ready.method, laboratory, training)
        if bench.broken is not None:
            raise bench.broken
        if settings.budget.amount is not None:
            laboratory.note("budget-in-all", **allowance.facts())
            allowance.check_total()
        return trained, clock.current().now

    async def _test(self, trained: Modules, doors: Sequence[Door], *, rows: Spool) -> dict[ScoreName, Score]:
        """Return the scores of the trained modules, and of the vanilla agent's, on tasks that nothing has seen."""
        ready, settings = self._ready, self._ready.settings
        testing = tasks_of(ready.environment, "test")
        self._split(test=testing)

        async def score(label: Literal["trained", "vanilla"], modules: Modules, door: Door) -> Score:
            return await final_test(
                label,
                modules,
                tasks=testing,
                trials=settings.trials,
                door=door,
                rollouts=self._rollouts,
                rows=rows,
                observer=self._observer,
            )

        scores: dict[ScoreName, Score] = {"test": await score("trained", trained, doors[0])}
        if trained.digest == ready.initial.digest:
            scores["vanilla"] = scores["test"]
        elif settings.baseline:
            scores["vanilla"] = await score("vanilla", ready.initial, doors[1])
        return scores

    def _answered(self, role: Role, purpose: Purpose, answer: Answer, paid: bool) -> None:
        self._simulated |= answer.simulated
        self._observer.answered(role, purpose, answer=answer, paid=paid)

    def _split(self, **parts: Sequence[Task]) -> None:
        known = self._record.splits
        splits = known | {name: [task.id for task in part] for name, part in parts.items()}
        self._record = self._record.model_copy(update={"splits": splits})

    def _result(self, trained: Modules, scores: Mapping[ScoreName, Score], *, critical_path: float) -> ResultRecord:
        ready = self._ready
        return ResultRecord(
            run_id=ready.run_id,
            env=ready.settings.env_name,
            method=ready.settings.method_name,
            backbone=ready.backbone,
            seed=ready.settings.seed,
            simulated=self._simulated,
            generated_data=ready.description.generated,
            status="finished",
            score=dict(scores),
            usage=usage_table(self._ledger),
            usage_vanilla=usage_table(self._vanilla_ledger),
            seconds=Seconds(wall=round(self._wall(), 3), critical_path=round(critical_path, 6)),
            module=trained.digest,
            **self._counts,
        )

    def _paid(self, role: Role | None = None) -> Usage:
        """Return what this process paid for, of one role or all."""
        return self._ledger.paid(role=role) + self._vanilla_ledger.paid(role=role)

    def _wall(self) -> float:
        return sum(session.seconds for session in self._record.sessions) + time.monotonic() - self._began

    def end(self, error: BaseException | None) -> None:
        """Write down how this process's work ended."""
        status = _status(error)
        paid = self._paid()
        by_role = {role.value: self._paid(role) for role in sorted(Role)}
        session = Session(
            started=self._started,
            seconds=round(time.monotonic() - self._began, 3),
            status=status,
            message=_message(error),
            calls_paid=paid.calls,
            usd_paid=paid.usd,
            paid={role: UsageRow.of(usage) for role, usage in by_role.items() if usage.calls},
            broken=self._broken.rollouts,
        )
        sessions = [*self._record.sessions, session]
        update = {"status": status, "sessions": sessions, "simulated": self._simulated}
        try:
            self._ready.folder.write_run(self._record.model_copy(update=update))
        except HarnessError:
            if error is None:
                raise


def _message(error: BaseException | None) -> str:
    if isinstance(error, KeyboardInterrupt | asyncio.CancelledError):
        return "stopped by Ctrl-C or a signal"
    return "" if error is None else redact(str(error) or type(error).__name__)


def _status(error: BaseException | None) -> Status:
    if error is None:
        return "finished"
    paused = (IncompleteRun, InfrastructureError, BudgetSpent, KeyboardInterrupt, asyncio.CancelledError)
    return "incomplete" if isinstance(error, paused) else "failed"


def usage_table(ledger: Ledger) -> UsageTable:
    """Return what was asked, by phase and role, as the record holds it."""
    return {
        purpose: {role: UsageRow(**{k: v for k, v in row.items() if k != "paid"}) for role, row in roles.items()}
        for purpose, roles in ledger.snapshot().items()
    }
