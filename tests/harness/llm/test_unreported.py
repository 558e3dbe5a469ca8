"""Usage that a provider leaves out is counted here, marked, and limited as any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.cli.report import took, warnings
from harness.core.domain import Purpose, Role, Usage
from harness.core.messages import Answer, Call, Message, ToolCall
from harness.llm.backbone import ModelSpec, Price
from harness.llm.door import Door
from harness.llm.ledger import Ledger
from harness.llm.patience.retry import Retry
from harness.llm.providers.reading import read_usage
from harness.llm.providers.routing import Providers
from harness.llm.purse import LimitReached, Purse
from harness.llm.storage.journal import Journal
from harness.llm.storage.records import read_answer, write_answer
from harness.llm.unreported import counted
from harness.records.schema import UsageRow, total
from harness.reports.leaderboard.boards import leaderboards
from harness.reports.leaderboard.columns import cost_texts
from harness.run.execute import execute
from harness.run.outside import Outside
from harness.run.plan import Plan
from harness.run.progress.events import Silence
from tests.harness.run.composed import planned

CALL = Call((Message("system", "one two"), Message("user", "three")), (), None, None)
PRICE = Price(prompt=1_000_000, cached=0, completion=10_000_000)


def words(text: str) -> int:
    return len(text.split())


def test_a_prompt_and_an_answer_are_counted_with_the_models_tokenizer_and_priced() -> None:
    silent = Answer("four five", Usage(calls=1, usd=None, seconds=2.0), tool_calls=(ToolCall("1", "look", "{}"),))
    usage = counted(silent, CALL, count=words, price=PRICE).usage
    assert usage == Usage(1, 3 + 2 * 4, cached=0, completion=4, reasoning=0, usd=11 + 40.0, seconds=2.0, estimated=1)


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        (
            {"prompt_tokens": 100},
            Usage(1, 100, cached=0, completion=2, reasoning=0, usd=120.0, seconds=0.0, estimated=1),
        ),
        (
            {"completion_tokens": 7},
            Usage(1, 11, cached=0, completion=7, reasoning=0, usd=81.0, seconds=0.0, estimated=1),
        ),
        (
            {"prompt_tokens": "n/a", "completion_tokens": None},
            Usage(1, 11, cached=0, completion=2, reasoning=0, usd=31.0, seconds=0.0, estimated=1),
        ),
        (
            {"prompt_tokens": 100, "completion_tokens": 7},
            Usage(1, 100, cached=0, completion=7, reasoning=0, usd=170.0, seconds=0.0, estimated=0),
        ),
        (None, Usage(1, 11, cached=0, completion=2, reasoning=0, usd=31.0, seconds=0.0, estimated=1)),
    ],
)
def test_what_is_reported_is_kept_and_what_is_left_out_is_counted(reported: Any, expected: Usage) -> None:
    answer = Answer("four five", read_usage(reported, 0.0, price=PRICE.usd))
    assert counted(answer, CALL, count=words, price=PRICE).usage == expected


def test_an_unknown_price_stays_unknown() -> None:
    assert counted(Answer("four", Usage(calls=1, usd=None)), CALL, count=words, price=None).usage.usd is None


def test_the_mark_is_kept_in_the_journal_and_the_record_and_takes_no_place_where_there_is_none() -> None:
    answer = Answer("four", Usage(1, 11, cached=0, completion=1, reasoning=0, usd=None, seconds=0.0, estimated=1))
    assert read_answer(write_answer(answer)) == answer
    assert UsageRow.of(answer.usage).model_dump()["estimated"] == 1
    assert UsageRow.of(answer.usage).usage == answer.usage
    reported = replace(answer, usage=replace(answer.usage, estimated=0))
    assert "estimated" not in write_answer(reported)["usage"]
    assert "estimated" not in UsageRow.of(reported.usage).model_dump()


class Unreporting(Providers):
    """The models of a run, whose answers say nothing of what they took."""

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        answer = await super().complete(spec, call)
        return replace(answer, usage=Usage(calls=1, usd=None, seconds=answer.usage.seconds))


class Terse(Unreporting):
    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        return Answer("fine", Usage(calls=1, usd=None))

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        return words(text)


async def test_a_limit_of_tokens_holds_where_nothing_is_reported(tmp_path: Path) -> None:
    models = dict.fromkeys(Role, ModelSpec(id="test/model", max_tokens=10))
    journal, ledger = Journal.open(tmp_path / "journal.jsonl"), Ledger()
    door = Door(
        models,
        journal,
        ledger=ledger,
        provider=Terse(),
        seed=0,
        retry=Retry(),
        purse=Purse(None, 100, count=lambda _, text: words(text)),
    )

    async def calls() -> None:
        for number in range(100):
            await door.ask(Role.AGENT, [Message("user", f"call {number}")], purpose=Purpose.EXPLORE)

    with pytest.raises(LimitReached, match=r"budget\.tokens=100 is used up \(10\d tokens\)"):
        await calls()
    assert ledger.asked().estimated == ledger.asked().calls
    await journal.close()


def without_usage(ready: Plan) -> Outside:
    ready.folder.create()
    return Outside(Journal.open(ready.folder.journal), Unreporting())


def test_a_matched_budget_ends_where_nothing_is_reported_and_tables_mark_the_estimates(tmp_path: Path) -> None:
    settings = ("method=batch_wise", "env=logisticsqa", "budget.match=tokens", "budget.amount=600000")
    ready = planned(tmp_path, *settings)
    result = execute(ready, Silence(), outside=without_usage(ready))
    training = {phase: roles for phase, roles in result.usage.items() if phase != "test"}
    took_in_all = total(training)
    assert 0 < took_in_all.prompt + took_in_all.completion <= 1.02 * 600_000
    assert took_in_all.estimated == took_in_all.calls > 0
    assert took(training).count("~") == 3
    assert any("~ The provider did not report the tokens of" in line for line in warnings(result))
    found = leaderboards(tmp_path)
    (board,) = found.boards
    assert any(cell.startswith("~") for cells in cost_texts(board)[1] for cell in cells)
    assert any("did not report the tokens" in line for row in board.rows for line in row.warnings)


def test_a_limit_of_tokens_stops_a_run_whose_provider_reports_nothing(tmp_path: Path) -> None:
    ready = planned(tmp_path, "method=batch_wise", "budget.tokens=30000")
    with pytest.raises(LimitReached, match=r"budget\.tokens=30000"):
        execute(ready, Silence(), outside=without_usage(ready))
