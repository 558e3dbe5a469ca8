import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.core import clock
from harness.core.concurrency import gather
from harness.core.domain import Purpose, Role, Usage
from harness.core.errors import InfrastructureError
from harness.core.messages import Answer, Call, Message
from harness.llm import redact
from harness.llm.backbone import ModelSpec
from harness.llm.causes import ContextWindowExceeded
from harness.llm.door import Door
from harness.llm.identity import CallKey, digest_of, sample_of
from harness.llm.ledger import Ledger
from harness.llm.patience.retry import Retry
from harness.llm.storage.journal import Journal, MissingRecord
from harness.simulated import SimContextWindowError


class Connection(ConnectionError):
    pass


class Scripted:
    """Answers "<first word> #<call>" after `gate` opens; latency is the number that the prompt ends with."""

    def __init__(self, fail: int = 0) -> None:
        self.calls: list[tuple[str, int | None]] = []
        self.forms: list[Any] = []
        self.fail = fail
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.running = self.most = 0

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        text = call.messages[-1].content
        self.calls.append((text, call.seed))
        self.forms.append(call.form)
        self.asked.set()
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self.running -= 1
        if self.fail:
            self.fail -= 1
            raise Connection("down")
        seconds = float(text.split()[-1]) if text.split()[-1].isdigit() else 0.5
        return Answer(
            f"to {text}", Usage(1, 10, cached=4, completion=2, reasoning=0, usd=0.1, seconds=seconds), snapshot="s"
        )

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        return len(text)

    def context_window(self, spec: ModelSpec) -> int:
        return 99


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


HELLO = [Message("user", "hello")]


def door_on(path: Path, provider: Scripted, **changes: Any) -> Door:
    spec = ModelSpec(id="test/model", concurrency=3)
    journal = changes.pop("journal") if "journal" in changes else Journal.open(path / "journal.jsonl")
    ledger = changes.pop("ledger", Ledger())
    models = changes.pop("models", dict.fromkeys(Role, spec))
    return Door(
        models,
        journal,
        ledger=ledger,
        provider=provider,
        seed=changes.pop("seed", 0),
        retry=Retry(sleep=no_sleep),
        **changes,
    )


def ask(door: Door, text: str = "hello", **changes: Any) -> Any:
    role = changes.pop("role", Role.AGENT)
    return door.ask(role, [Message("user", text)], **{"purpose": Purpose.EXPLORE, **changes})


async def test_identical_concurrent_calls_are_made_once(tmp_path: Path):
    provider, ledger = Scripted(), Ledger()
    door = door_on(tmp_path, provider, ledger=ledger)
    answers = await asyncio.gather(*(ask(door) for _ in range(5)))
    assert {answer.text for answer in answers} == {"to hello"}
    assert len(provider.calls) == 1
    assert ledger.asked().calls == ledger.paid().calls == 1


@pytest.mark.parametrize(
    "change", [{"trial": 1}, {"attempt": 1}, {"purpose": Purpose.TEST}, {"text": "bye"}, {"form": {"a": 1}}]
)
async def test_another_position_or_prompt_is_another_call(tmp_path: Path, change: dict):
    provider = Scripted()
    door = door_on(tmp_path, provider)
    await ask(door)
    await ask(door, **change)
    assert len(provider.calls) == 2


async def test_a_resumed_run_calls_nothing_and_asks_the_same(tmp_path: Path):
    first, ledger = Scripted(), Ledger()
    door = door_on(tmp_path, first, ledger=ledger)
    one = [await ask(door, text) for text in "abc"]
    await door.journal.close()
    again, resumed = Scripted(), Ledger()
    door = door_on(tmp_path, again, ledger=resumed)
    start = clock.restart()
    assert [await ask(door, text) for text in "abc"] == one
    assert not again.calls
    assert resumed.asked() == ledger.asked() == Usage(3, 30, cached=12, completion=6, reasoning=0, usd=0.3, seconds=1.5)
    assert resumed.paid() == Usage()
    assert start.now == 1.5


async def test_a_replay_that_misses_raises_and_calls_nothing(tmp_path: Path):
    await door_on(tmp_path, Scripted()).journal.close()
    provider = Scripted()
    door = door_on(tmp_path, provider, journal=Journal.open(tmp_path / "journal.jsonl", read_only=True))
    with pytest.raises(MissingRecord):
        await ask(door)
    assert not provider.calls


async def test_a_cancelled_waiter_does_not_lose_the_paid_call(tmp_path: Path):
    provider, ledger = Scripted(), Ledger()
    provider.gate.clear()
    door = door_on(tmp_path, provider, ledger=ledger)
    waiter = asyncio.create_task(ask(door))
    await provider.asked.wait()
    waiter.cancel()
    assert isinstance((await asyncio.gather(waiter, return_exceptions=True))[0], asyncio.CancelledError)
    provider.gate.set()
    assert await door.drain(5) == 0
    assert (ledger.paid().calls, ledger.asked().calls) == (1, 0)
    await door.journal.close()
    again = Scripted()
    assert (await ask(door_on(tmp_path, again))).text == "to hello"
    assert not again.calls


async def test_drain_gives_up_at_last(tmp_path: Path):
    provider = Scripted()
    provider.gate.clear()
    door = door_on(tmp_path, provider)
    waiter = asyncio.create_task(ask(door))
    await provider.asked.wait()
    waiter.cancel()
    assert await door.drain(0) == 1
    assert await door.drain(0) == 0


async def test_concurrency_is_bounded_by_the_spec(tmp_path: Path):
    provider = Scripted()
    door = door_on(tmp_path, provider)
    await asyncio.gather(*(ask(door, str(number)) for number in range(20)))
    assert provider.most == 3


async def test_faults_are_retried_and_then_an_infrastructure_error(tmp_path: Path):
    provider, ledger = Scripted(fail=5), Ledger()
    door = door_on(tmp_path, provider, ledger=ledger)
    assert (await ask(door)).text == "to hello"
    assert len(provider.calls) == 6
    assert ledger.paid().calls == 1
    provider.fail = 6
    with pytest.raises(InfrastructureError, match="6 tries: Connection: down; start the same command again"):
        await ask(door, "other")
    assert (await ask(door, "other")).text == "to other"


async def test_the_critical_path_is_a_function_of_the_latencies(tmp_path: Path):
    async def rollout(*seconds: int) -> None:
        for second in seconds:
            await ask(door, f"x {second}")

    for _ in range(2):  # the second time from the journal
        door = door_on(tmp_path, Scripted())
        start = clock.restart()
        await gather([rollout(1, 2), rollout(2, 3), rollout(4)])
        await rollout(7)
        assert start.now == 12.0
        await door.journal.close()


async def test_on_answer_hears_what_was_paid(tmp_path: Path):
    heard: list[Any] = []
    door = door_on(tmp_path, Scripted(), on_answer=lambda *news: heard.append((*news[:2], news[2].text, news[3])))
    for _ in range(2):
        await ask(door, role=Role.OPTIMIZER)
    assert heard == [(Role.OPTIMIZER, Purpose.EXPLORE, "to hello", paid) for paid in (True, False)]


async def test_the_seed_goes_to_the_provider_only_where_asked(tmp_path: Path):
    provider = Scripted()
    await ask(door_on(tmp_path / "plain", provider))
    sending = {Role.AGENT: ModelSpec(id="test/model", send_seed=True)}
    await ask(door_on(tmp_path / "sending", provider, models=sending))
    assert provider.calls[0][1] is None
    assert isinstance(provider.calls[1][1], int)


async def test_a_guide_reaches_only_models_that_need_it(tmp_path: Path):
    provider = Scripted()
    spec = ModelSpec(id="test/model")
    door = door_on(tmp_path, provider, models={Role.AGENT: spec})
    own = CallKey(spec.identity())(HELLO, sample_of(0, Purpose.EXPLORE, trial=0, attempt=0))
    await ask(door, guide="instruction")
    assert provider.forms == [None]
    assert door.journal.get(own) is not None
    door = door_on(tmp_path / "local", provider, models={Role.AGENT: ModelSpec(id="local/model")})
    await ask(door, guide="instruction")
    await ask(door, guide="other")
    await ask(door, guide="other", form={"type": "object"})
    assert provider.forms[1:] == ["instruction", "other", {"type": "object"}]


async def test_an_effect_is_computed_once(tmp_path: Path):
    computed = []

    async def compute() -> Any:
        computed.append(1)
        await asyncio.sleep(0)
        return {"rows": (1, 2), "text": "\ud800"}

    door = door_on(tmp_path, Scripted())
    results = await asyncio.gather(*(door.effect("search", {"q": "x"}, compute) for _ in range(3)))
    await door.journal.close()
    door = door_on(tmp_path, Scripted())
    results.append(await door.effect("search", {"q": "x"}, compute))
    assert results == [{"rows": [1, 2], "text": "\ud800"}] * 4
    assert len(computed) == 1
    await door.effect("search", {"q": "y"}, compute)
    await door.effect("fetch", {"q": "x"}, compute)
    assert len(computed) == 3


async def test_a_failed_effect_is_not_journaled(tmp_path: Path):
    async def failing() -> None:
        raise InfrastructureError("down")

    async def working() -> int:
        return 1

    door = door_on(tmp_path, Scripted())
    with pytest.raises(InfrastructureError):
        await door.effect("search", "x", failing)
    assert await door.effect("search", "x", working) == 1


def test_the_ledger_does_not_depend_on_the_order_of_arrival():
    usages = [
        Usage(1, 3, cached=0, completion=1, reasoning=0, usd=usd, seconds=usd * 7) for usd in (0.1, 0.2, 0.3, 1e-7, 0.7)
    ]
    ledgers = [Ledger(), Ledger()]
    for ledger, order in zip(ledgers, (usages, usages[::-1]), strict=True):
        for usage in order:
            ledger.ask(digest_of(usage.usd), Purpose.TEST, role=Role.AGENT, usage=usage)
    one, other = (ledger.snapshot() for ledger in ledgers)
    assert one == other
    assert one["test"]["agent"]["usd"] == 1.3000001


def test_an_unknown_price_is_unknown_in_every_total():
    ledger = Ledger()
    ledger.pay(Purpose.TEST, Role.AGENT, usage=Usage(1, usd=None))
    ledger.pay(Purpose.MERGE, Role.MERGER, usage=Usage(1, usd=1.0))
    assert ledger.paid().usd is None
    assert ledger.paid(Purpose.MERGE).usd == 1.0
    assert ledger.snapshot()["test"]["agent"]["paid"]["usd"] is None


def test_importing_the_door_does_not_import_litellm():
    code = (
        "import sys, harness.llm.door, harness.llm.providers.routing, harness.llm.resolver, harness.llm.preflight;"
        "print(sorted({'litellm', 'openai', 'httpx', 'tiktoken'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_prompt_that_does_not_fit_is_recorded_and_refused_again_without_asking(tmp_path: Path):
    class Narrow(Scripted):
        async def complete(self, *rest: Any) -> Answer:
            self.calls.append(("", None))
            raise SimContextWindowError("sim/small", 9000, 8192)

    provider, ledger = Narrow(), Ledger()
    for _ in range(2):
        door = door_on(tmp_path, provider, ledger=ledger)
        with pytest.raises(ContextWindowExceeded, match="9000 tokens"):
            await ask(door)
        await door.journal.close()
    assert len(provider.calls) == 1
    assert ledger.paid().calls == ledger.asked().calls == 0


async def test_a_key_in_an_answer_reaches_neither_the_asker_nor_the_journal(tmp_path: Path):
    redact.forget()
    redact.note("key-of-this-run")
    try:
        door = door_on(tmp_path, Scripted())
        first = await ask(door, "say key-of-this-run please")
        again = await ask(door, "say key-of-this-run please")  # from the journal
    finally:
        redact.forget()
    assert first == again
    assert first.text == f"to say {redact.HIDDEN} please"
