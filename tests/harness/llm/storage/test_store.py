"""The shared answer store: each call is paid once, by whichever process comes first."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.domain import Purpose, Role
from harness.core.errors import InfrastructureError
from harness.core.messages import Message, ToolSchema
from harness.llm.backbone import ModelSpec
from harness.llm.door import Door
from harness.llm.identity import CallKey, sample_of
from harness.llm.ledger import Ledger
from harness.llm.patience.retry import Retry
from harness.llm.storage.journal import Journal
from harness.llm.storage.records import Record, encode
from harness.llm.storage.store import AnswerStore
from tests.conftest import ROOT

from ..test_door import Scripted, no_sleep

KEY = "ab" * 32


def record(key: str = KEY, result: object = "x") -> Record:
    return Record(key, "refusal", role="agent", purpose="test", about={}, result=result)


def door_on(folder: Path, provider: Scripted, store: AnswerStore, **changes: Any) -> tuple[Door, Ledger]:
    ledger = Ledger()
    spec = ModelSpec(id="test/model")
    journal = Journal.open(folder / "journal.jsonl")
    retry = Retry(tries=2, sleep=no_sleep)
    return Door(
        dict.fromkeys(Role, spec),
        journal,
        ledger=ledger,
        provider=provider,
        seed=0,
        retry=retry,
        store=store,
        **changes,
    ), ledger


async def ask(door: Door, text: str = "hello") -> Any:
    return await door.ask(Role.AGENT, [Message("user", text)], purpose=Purpose.TEST)


async def closed(*things: Any) -> None:
    for thing in things:
        await (thing.journal if isinstance(thing, Door) else thing).close()


async def test_a_second_run_pays_nothing_and_has_a_journal_of_its_own(tmp_path: Path):
    first, second, heard = Scripted(), Scripted(), []
    store = AnswerStore(tmp_path / "answers.sqlite")
    one, paid_one = door_on(tmp_path / "one", first, store)
    other, paid_other = door_on(tmp_path / "other", second, store, on_answer=lambda *news: heard.append(news[3]))
    answer = await ask(one, "take 7")
    assert await ask(other, "take 7") == answer, "with its original usage and latency"
    assert (len(first.calls), len(second.calls)) == (1, 0)
    assert (paid_one.paid().calls, paid_other.paid().calls) == (1, 0)
    assert paid_one.asked() == paid_other.asked()
    assert heard == [False]
    await closed(one, other, store)
    again, _ = door_on(tmp_path / "other", second, AnswerStore(tmp_path / "none.sqlite"))
    assert await ask(again, "take 7") == answer, "the run travels without the store"
    assert not second.calls
    (line,) = (tmp_path / "other" / "journal.jsonl").read_text().splitlines()[1:]
    assert json.loads(line[9:])["about"]["shared"] is True
    await closed(again)


async def test_two_runs_at_once_pay_once(tmp_path: Path):
    provider = Scripted()
    provider.gate.clear()
    stores = [AnswerStore(tmp_path / "answers.sqlite", poll=0.001) for _ in range(3)]
    doors = [door_on(tmp_path / str(n), provider, store)[0] for n, store in enumerate(stores)]
    asking = [asyncio.create_task(ask(door)) for door in doors]
    await provider.asked.wait()
    await asyncio.sleep(0.02)
    provider.gate.set()
    assert {answer.text for answer in await asyncio.gather(*asking)} == {"to hello"}
    assert len(provider.calls) == 1
    await closed(*doors, *stores)


async def test_who_fails_gives_the_lease_back(tmp_path: Path):
    store = AnswerStore(tmp_path / "answers.sqlite")
    failing, working = Scripted(fail=2), Scripted()
    one, _ = door_on(tmp_path / "one", failing, store)
    with pytest.raises(InfrastructureError):
        await ask(one)
    other_store = AnswerStore(tmp_path / "answers.sqlite")
    other, _ = door_on(tmp_path / "other", working, other_store)
    assert (await ask(other)).text == "to hello"
    await closed(one, other, store, other_store)


async def test_an_expired_lease_is_taken_over_and_a_renewed_one_is_not(tmp_path: Path):
    now = [1000.0]
    one, other = (AnswerStore(tmp_path / "answers.sqlite", now=lambda: now[0]) for _ in range(2))
    assert await one.look(KEY) == (None, True)
    assert await other.look(KEY) == (None, False)
    now[0] += 50
    await one.renew(KEY)
    now[0] += 50
    assert await other.look(KEY) == (None, False)
    now[0] += 61
    assert await other.look(KEY) == (None, True)
    await closed(one, other)


async def test_the_lease_of_a_process_that_is_gone_is_taken_over_at_once(tmp_path: Path):
    store = AnswerStore(tmp_path / "answers.sqlite")
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    dead = AnswerStore(tmp_path / "answers.sqlite", process=gone.pid)
    assert await dead.look(KEY) == (None, True)
    assert await store.look(KEY) == (None, True)
    await closed(store, dead)


@pytest.mark.parametrize(
    "planted",
    [
        b"not packed",
        zlib.compress(b"[1]"),
        zlib.compress(b"{}"),
        zlib.compress(b"[" * 100_000),
        zlib.compress(encode(record("cd" * 32))),
        zlib.compress(encode(replace(record(), kind="effect", result={"a": 1}))),
        zlib.compress(encode(replace(record(), kind="answer", result={"text": 3}))),
        zlib.compress(encode(replace(record(), about=[]))),
        zlib.compress(encode(record(result=7))),
        zlib.compress(encode(record())[:-1] + b" " * 70_000_000 + b"}", 9),
        zlib.compress(encode(record()))[:-8],
    ],
    ids=range(11),
)
async def test_what_others_planted_in_the_shared_file_is_asked_again_and_replaced(
    tmp_path: Path, planted: bytes
) -> None:
    path = tmp_path / "answers.sqlite"
    store = AnswerStore(path)
    await store.put(record())
    with sqlite3.connect(path) as database:
        database.execute("UPDATE answers SET record = ?, crc = ?", (planted, zlib.crc32(planted)))
    database.close()
    async with store.claim(KEY) as found:
        assert found is None
        await store.put(record(result="again"))
    async with store.claim(KEY) as found:
        assert found == record(result="again")
    await closed(store)


async def test_a_lease_of_a_wrong_clock_does_not_wait_for_ever(tmp_path: Path) -> None:
    one = AnswerStore(tmp_path / "answers.sqlite", now=lambda: 1e12)
    other = AnswerStore(tmp_path / "answers.sqlite", now=lambda: 1000.0)
    assert await one.look(KEY) == (None, True)
    assert await other.look(KEY) == (None, True)
    await closed(one, other)


async def test_a_damaged_answer_is_asked_again(tmp_path: Path):
    path = tmp_path / "answers.sqlite"
    store = AnswerStore(path)
    await store.put(record())
    with sqlite3.connect(path) as database:
        database.execute("UPDATE answers SET record = x'00'")
    database.close()
    async with store.claim(KEY) as found:
        assert found is None
        await store.put(record(result="again"))
    async with store.claim(KEY) as found:
        assert found is not None
        assert found.result == "again"
    await store.put(record(result="later"))
    async with store.claim(KEY) as found:
        assert found is not None
        assert found.result == "again", "the first stays"
    await closed(store)


WORKER = """
import asyncio, sys
from pathlib import Path
from harness.core.domain import Purpose, Role, Usage
from harness.llm.backbone import ModelSpec
from harness.llm.door import Door
from harness.llm.storage.journal import Journal
from harness.llm.ledger import Ledger
from harness.core.messages import Answer, Message
from harness.llm.storage.store import AnswerStore

folder, name = Path(sys.argv[1]), sys.argv[2]

class Provider:
    async def complete(self, spec, call):
        with (folder / "paid.txt").open("a") as file:
            file.write(call.messages[0].content + "\\n")
        await asyncio.sleep(0.002)
        return Answer("to " + call.messages[0].content, Usage(1, 10, 0, 2, 0, 0.1, 0.5))

async def main():
    store = AnswerStore(folder / "answers.sqlite", poll=0.002)
    ledger = Ledger()
    door = Door({Role.AGENT: ModelSpec(id="test/model")}, Journal.open(folder / name / "journal.jsonl"),
                ledger=ledger, provider=Provider(), seed=0, store=store)
    texts = [str(n) for n in range(150)]
    shift = int(name) * 37
    answers = await asyncio.gather(*(
        door.ask(Role.AGENT, [Message("user", text)], purpose=Purpose.TEST) for text in texts[shift:] + texts[:shift]
    ))
    assert all(answer.text.startswith("to ") for answer in answers)
    print(ledger.paid().calls, ledger.asked().calls)
    await door.journal.close()
    await store.close()

asyncio.run(main())
"""


def test_several_processes_share_and_none_finds_the_database_locked(tmp_path: Path, environ: dict[str, str]):
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path), str(number)],
            cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(4)
    ]  # fmt: skip
    said = [worker.communicate(timeout=60) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4, said
    paid = (tmp_path / "paid.txt").read_text().split()
    assert len(paid) == len(set(paid)) == 150, "each call was paid once"
    counts = [tuple(map(int, out.split())) for out, _ in said]
    assert sum(own for own, _ in counts) == 150
    assert all(asked == 150 for _, asked in counts)


models = st.sampled_from(["openai/gpt-4o", "openai/gpt-4o-mini", "sim/small", "hosted_vllm/x"])
specs = st.builds(
    ModelSpec,
    id=models,
    temperature=st.sampled_from([None, 0.0, 0.7]),
    max_tokens=st.sampled_from([None, 10]),
    top_p=st.sampled_from([None, 0.5]),
    reasoning_effort=st.sampled_from([None, "low"]),
    api_base=st.sampled_from([None, "http://a/v1", "http://b/v1"]),
    tools=st.sampled_from(["native", "text"]),
)
tool_sets = st.lists(
    st.builds(ToolSchema, st.sampled_from("ab"), st.sampled_from("cd"), st.sampled_from([{}, {"type": "object"}])),
    max_size=2,
)
samples = st.tuples(st.integers(0, 2), st.sampled_from(Purpose), st.integers(0, 2), st.integers(0, 2))
schemas = st.sampled_from([None, {"type": "object"}, {"type": "array"}])
chats = st.lists(st.builds(Message, st.sampled_from(["system", "user"]), st.sampled_from(["", "a", "b"])), max_size=3)
calls = st.tuples(specs, tool_sets, samples, schemas, chats)


@settings(deadline=None)
@given(one=calls, other=calls)
def test_an_answer_is_never_used_for_another_model_parameter_tool_set_sample_or_prompt(one: Any, other: Any):
    def key(call: Any) -> str:
        spec, tools, (seed, purpose, trial, attempt), schema, chat = call
        sample = sample_of(seed, purpose, trial=trial, attempt=attempt)
        return CallKey(spec.identity())(chat, sample, tools, schema)

    def but_for_its_server(call: Any) -> Any:  # the same model on another host answers the same
        return (call[0].model_copy(update={"api_base": None}), *call[1:])

    assert (key(one) == key(other)) == (but_for_its_server(one) == but_for_its_server(other))
    assert key(one) == key(but_for_its_server(one))
