"""What a provider says of one prompt does not decide a run; what it says of the first calls does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.core.domain import Purpose, Role, Usage
from harness.core.errors import BudgetSpent, InfrastructureError
from harness.core.messages import Answer, Call, Message, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.causes import ContextWindowExceeded, ErrorInside, NoAnswer, ProviderRefused
from harness.llm.door import Door
from harness.llm.ledger import Ledger
from harness.llm.outcome import QUESTION
from harness.llm.patience.retry import Retry
from harness.llm.providers.direct import EndpointError
from harness.llm.purse import Purse
from harness.llm.storage.journal import Journal
from harness.llm.storage.records import usages
from harness.llm.storage.store import AnswerStore

LOOK = ToolSchema("look", "Looks.", {"type": "object", "properties": {}})


class Moody:
    """Answers, but for calls of which `mood` says otherwise; keeps what it was asked."""

    def __init__(self, mood: Callable[[Call], Exception | None]) -> None:
        self.mood = mood
        self.asked: list[str] = []

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        self.asked.append(call.messages[-1].content)
        await asyncio.sleep(0)
        if (error := self.mood(call)) is not None:
            raise error
        return Answer("fine", Usage(1, 10, cached=0, completion=2, reasoning=0, usd=0.1, seconds=0.5))

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        return len(text)

    def context_window(self, spec: ModelSpec) -> int:
        return 99

    async def close(self) -> None:
        pass


def saying(status: int, said: str = "no", word: str = "bad") -> Callable[[Call], Exception | None]:
    return lambda call: EndpointError(status, said, {}) if word in call.messages[-1].content else None


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


def door_on(path: Path, provider: Any, **changes: Any) -> Door:
    models = dict.fromkeys(Role, ModelSpec(id="test/model"))
    journal = Journal.open(path / "journal.jsonl")
    return Door(
        models,
        journal,
        ledger=changes.pop("ledger", Ledger()),
        provider=provider,
        seed=0,
        retry=Retry(sleep=no_sleep),
        **changes,
    )


def ask(door: Door, text: str, **changes: Any) -> Any:
    return door.ask(changes.pop("role", Role.AGENT), [Message("user", text)], purpose=Purpose.EXPLORE, **changes)


@pytest.mark.parametrize("status", [400, 403, 422])
async def test_a_refused_prompt_is_an_empty_answer_that_is_journaled_and_counted(tmp_path: Path, status: int) -> None:
    provider = Moody(saying(status, "words that nobody knows"))
    door = door_on(tmp_path, provider)
    assert (await ask(door, "good")).text == "fine"
    refused = await ask(door, "bad")
    assert (refused.text, refused.finish, refused.usage.usd, refused.usage.calls) == ("", "filter", 0.0, 1)
    assert door.refused == 1
    asked = len(provider.asked)
    assert await ask(door, "bad") == refused
    assert (door.refused, len(provider.asked)) == (1, asked)
    await door.journal.close()
    resumed = door_on(tmp_path, provider)
    assert await ask(resumed, "bad") == refused
    assert (resumed.refused, len(provider.asked)) == (1, asked)


async def test_what_the_first_call_shows_stops_the_run(tmp_path: Path) -> None:
    door = door_on(tmp_path, Moody(saying(400, "tools are not supported")))
    with pytest.raises(ProviderRefused, match=r"test/model refused the call.*tools are not supported"):
        await ask(door, "bad")
    assert len(door.journal) == 0


async def test_a_probe_after_a_refusal_is_booked_as_what_it_is_and_counts_against_the_budget(tmp_path: Path) -> None:
    provider = Moody(saying(400))
    ledger, purse, seen = Ledger(), Purse(None, 10_000), []
    door = door_on(
        tmp_path,
        provider,
        ledger=ledger,
        purse=purse,
        on_answer=lambda _, purpose, answer, paid: seen.append((purpose, answer.usage.prompt, paid)),
    )
    await ask(door, "good")
    await ask(door, "bad")
    assert provider.asked == ["good", "bad", QUESTION.messages[0].content]
    for split in (ledger.asked, ledger.paid):
        assert (split(Purpose.PROBE).calls, split(Purpose.PROBE).prompt, split(Purpose.PROBE).usd) == (1, 10, 0.1)
        assert split().usd == 0.2
    assert (Purpose.PROBE, 10, True) in seen
    await door.journal.close()
    records = Journal.open(tmp_path / "journal.jsonl", read_only=True).records()
    assert [[usage.prompt for usage in usages(record)] for record in records] == [[10], [0, 10]]

    again, resumed_purse = Ledger(), Purse(None, 24)  # 12 tokens of the call and 12 of the probe
    resumed_purse.spend(
        ("test/model", usage)
        for record in Journal.open(tmp_path / "journal.jsonl", read_only=True).records()
        for usage in usages(record)
    )
    resumed = door_on(tmp_path, provider, ledger=again, purse=resumed_purse)
    await ask(resumed, "good")
    await ask(resumed, "bad")
    assert again.asked(Purpose.PROBE) == ledger.asked(Purpose.PROBE)
    assert again.paid().calls == 0
    with pytest.raises(BudgetSpent, match=r"budget.tokens=24 is used up \(24 tokens\)"):
        await ask(resumed, "more")


async def test_of_calls_at_once_the_others_decide_in_any_order(tmp_path: Path) -> None:
    door = door_on(tmp_path, Moody(saying(400)))
    answers = await asyncio.gather(*(ask(door, text) for text in ("bad 1", "bad 2", "good", "bad 3")))
    assert [answer.finish for answer in answers] == ["filter", "filter", "stop", "filter"]
    door = door_on(tmp_path / "other", Moody(saying(400)))
    ended = await asyncio.gather(*(ask(door, f"bad {n}") for n in range(3)), return_exceptions=True)
    assert [type(error) for error in ended] == [ProviderRefused] * 3


async def test_an_account_that_ends_in_the_middle_stops_the_run_and_journals_nothing(tmp_path: Path) -> None:
    over: list[bool] = []
    provider = Moody(lambda _: EndpointError(403, "come back with money", {}) if over else None)
    door = door_on(tmp_path, provider)
    await ask(door, "good")
    over.append(True)
    with pytest.raises(ProviderRefused):
        await ask(door, "another")
    assert len(door.journal) == 1
    over.clear()
    assert (await ask(door, "another")).text == "fine"


async def test_a_form_that_is_never_taken_stops_the_run_though_plain_calls_are_answered(tmp_path: Path) -> None:
    door = door_on(tmp_path, Moody(lambda call: EndpointError(400, "no schema", {}) if call.form else None))
    await ask(door, "good")
    with pytest.raises(ProviderRefused):
        await ask(door, "judge", form={"type": "object"}, role=Role.EVALUATOR)


async def test_a_tool_that_is_refused_is_the_outcome_of_its_calls_once_tools_were_taken(tmp_path: Path) -> None:
    odd = ToolSchema("odd", "", {})
    provider = Moody(lambda call: EndpointError(400, "bad schema", {}) if odd in call.tools else None)
    door = door_on(tmp_path, provider)
    await ask(door, "good", tools=[LOOK])
    assert [(await ask(door, f"t{n}", tools=[LOOK, odd])).finish for n in range(3)] == ["filter"] * 3
    await door.journal.close()
    resumed = door_on(tmp_path, provider)
    assert (await ask(resumed, "first after a restart", tools=[odd])).finish == "filter"


@pytest.mark.parametrize(("status", "raised"), [(401, ProviderRefused), (404, ProviderRefused), (307, ProviderRefused)])
async def test_no_key_and_no_model_stop_the_run_at_any_time(tmp_path: Path, status: int, raised: type) -> None:
    door = door_on(tmp_path, Moody(saying(status)))
    await ask(door, "good")
    with pytest.raises(raised):
        await ask(door, "bad")


async def test_a_prompt_that_is_too_long_is_told_as_such(tmp_path: Path) -> None:
    door = door_on(tmp_path, Moody(saying(413)))
    with pytest.raises(ContextWindowExceeded):
        await ask(door, "bad")


async def test_a_filter_needs_no_other_answer(tmp_path: Path) -> None:
    door = door_on(tmp_path, Moody(saying(400, "code: content_filter")))
    assert (await ask(door, "bad")).finish == "filter"
    assert door.refused == 1


async def test_refusals_are_not_shared_with_other_runs(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    door = door_on(tmp_path / "a", Moody(saying(400)), store=store)
    await ask(door, "good")
    await ask(door, "bad")
    other = Moody(lambda _: None)
    door = door_on(tmp_path / "b", other, store=store)
    assert (await ask(door, "good")).text == (await ask(door, "bad")).text == "fine"
    assert other.asked == ["bad"]
    await store.close()


def empty(prompt: int = 7) -> NoAnswer:
    usd = 0.01 if prompt else None
    return NoAnswer(
        "the answer is empty", Answer("", Usage(1, prompt, cached=0, completion=0, reasoning=0, usd=usd, seconds=0.5))
    )


async def test_no_answer_is_asked_again_and_what_it_took_is_counted(tmp_path: Path) -> None:
    moods: list[Exception | None] = [empty(), ErrorInside({"code": 502}), None, empty(0), None]
    ledger = Ledger()
    door = door_on(tmp_path, Moody(lambda _: moods.pop(0) if moods else None), ledger=ledger)
    answer = await ask(door, "x")
    assert (answer.text, answer.usage.prompt, answer.usage.calls) == ("fine", 17, 1)
    assert answer.usage.usd == pytest.approx(0.11)
    assert ledger.paid().usd == pytest.approx(0.11)
    assert (await ask(door, "y")).usage.usd == 0.1, "an empty answer that was not billed"


async def test_a_prompt_that_never_gets_an_answer_is_an_empty_one(tmp_path: Path) -> None:
    provider = Moody(lambda call: empty() if "bad" in call.messages[-1].content else None)
    door = door_on(tmp_path, provider)
    await ask(door, "good")
    answer = await ask(door, "bad")
    assert (answer.text, answer.finish, answer.usage.prompt, door.refused) == ("", "filter", 28, 1)
    assert provider.asked.count("bad") == 4


async def test_no_answer_among_other_faults_says_nothing_of_the_prompt(tmp_path: Path) -> None:
    faults = [empty(), ConnectionError(), *(empty() for _ in range(4))]
    door = door_on(tmp_path, Moody(lambda call: faults.pop(0) if "bad" in call.messages[-1].content else None))
    await ask(door, "good")
    with pytest.raises(InfrastructureError):
        await ask(door, "bad")
    assert len(door.journal) == 1


async def test_a_model_that_never_says_anything_stops_the_run(tmp_path: Path) -> None:
    door = door_on(tmp_path, Moody(lambda _: empty()))
    with pytest.raises(ProviderRefused, match="test/model does not answer"):
        await ask(door, "x")
