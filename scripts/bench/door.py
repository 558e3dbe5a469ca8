"""CPU per call of the door: over a provider that answers at once, from the journal, and over the simulated model.

python scripts/bench/door.py [calls]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.core.domain import Purpose, Role, Usage
from harness.core.messages import Answer, Message
from harness.llm.backbone import ModelSpec
from harness.llm.door import Door
from harness.llm.identity import CallKey, sample_of
from harness.llm.ledger import Ledger
from harness.llm.providers.routing import Providers
from harness.llm.storage.journal import Journal

TURNS = 50
WORDS = "You open the drawer 1. The drawer 1 is open. In it, you see a pen 2, a key 1. "


class _NullProvider:
    async def complete(self, *_: Any) -> Answer:
        return Answer(
            "Thought: look around. Action: look",
            Usage(1, 1200, cached=1024, completion=12, reasoning=0, usd=0.001, seconds=0.8),
            snapshot="null",
        )

    def count_tokens(self, *_: Any) -> int:
        return 0

    def context_window(self, *_: Any) -> int:
        return 8192


def prompt(number: int) -> list[Message]:
    turns = [Message("user" if i % 2 else "assistant", f"{i} {WORDS}"[:100]) for i in range(TURNS)]
    return [Message("system", f"Episode {number}."), *turns]


async def ask_all(door: Door, prompts: list[list[Message]]) -> None:
    at_once = asyncio.Semaphore(60)

    async def one(messages: list[Message]) -> None:
        async with at_once:
            await door.ask(Role.AGENT, messages, purpose=Purpose.EXPLORE)

    await asyncio.gather(*(one(messages) for messages in prompts))


async def measured(name: str, calls: int, work: Callable[[], Any]) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    if asyncio.iscoroutine(result):
        await result
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{name:42} {cpu / calls * 1e3:7.3f} ms CPU {wall / calls * 1e3:7.3f} ms wall a call")


async def main(calls: int) -> None:
    prompts = [prompt(number) for number in range(calls)]
    size = sum(len(message.content) for message in prompts[0])
    print(f"{calls} calls, prompts of {len(prompts[0])} messages and {size} characters, 60 at once")
    spec = ModelSpec(id="sim/small", concurrency=60)
    key, sample = CallKey(spec.identity()), sample_of(0, Purpose.EXPLORE, trial=0, attempt=0)
    await measured("key", calls, lambda: [key(messages, sample) for messages in prompts])
    with tempfile.TemporaryDirectory(dir=".") as folder:
        for name, provider in (("null provider", _NullProvider()), ("simulated model", Providers())):
            path = Path(folder) / name.replace(" ", "_") / "journal.jsonl"
            for again in ("", ", from the journal"):
                started = time.process_time()
                journal = Journal.open(path)
                scanned = time.process_time() - started
                door = Door({Role.AGENT: spec}, journal, ledger=Ledger(), provider=provider, seed=0)
                await measured(name + again, calls, lambda door=door: ask_all(door, prompts))
                await journal.close()
            print(f"{'journal':42} {path.stat().st_size / 1e6:7.1f} MB, opened in {scanned:.3f} s CPU")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
