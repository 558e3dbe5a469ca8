"""What a model call costs: raw aiohttp, AsyncOpenAI, LiteLLM alone, and our door over LiteLLM and over the direct path.

python scripts/bench/calls.py [calls ...]        (default 1000 5000; each at a provider of 50 ms and of 0 ms)

The first size also runs at a provider of 500 ms, where the CPU is not the bound. Medians of three runs of 1000 calls.

Concurrency 100, prompts of 50 messages and 5 kB, a loopback provider in a process of its own. Each row runs in a
process of its own too, so that its memory is its own. "Over ideal" is wall time over calls / 100 x latency.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

AT_ONCE = 100
WORDS = "You open the drawer 1. The drawer 1 is open. In it, you see a pen 2, a key 1. "
ROWS = ("raw aiohttp", "AsyncOpenAI, aiohttp", "LiteLLM alone", "door over LiteLLM", "door, direct", "from the journal")

PEERS = {"door over LiteLLM": "LiteLLM alone", "door, direct": "raw aiohttp"}

Ask = Callable[[int], Awaitable[Any]]


def prompt(number: int) -> list[dict[str, str]]:
    turns = [{"role": "user" if i % 2 else "assistant", "content": f"{i} {WORDS}"[:100]} for i in range(50)]
    return [{"role": "system", "content": f"Episode {number}."}, *turns]


async def raw(url: str) -> Ask:
    import aiohttp

    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def ask(number: int) -> Any:
        body = {"model": "fixed", "messages": prompt(number)}
        async with session.post(f"{url}/chat/completions", json=body) as response:
            return (await response.json())["choices"][0]["message"]["content"]

    return ask


async def openai(url: str) -> Ask:
    from openai import AsyncOpenAI, DefaultAioHttpClient

    client = AsyncOpenAI(base_url=url, api_key="none", max_retries=0, http_client=DefaultAioHttpClient())

    async def ask(number: int) -> Any:
        return await client.chat.completions.create(model="fixed", messages=prompt(number))  # type: ignore[arg-type]

    return ask


async def litellm_alone(url: str) -> Ask:
    from harness.llm.providers import litellm_setup

    litellm = await litellm_setup.loaded()

    async def ask(number: int) -> Any:
        return await litellm.acompletion(
            model="openai/fixed", messages=prompt(number), api_base=url, api_key="none", num_retries=0, max_retries=0
        )

    return ask


async def through_door(url: str, direct: bool, journal: Path) -> Ask:
    from harness.core.domain import Purpose, Role
    from harness.core.messages import Message
    from harness.llm.backbone import ModelSpec
    from harness.llm.door import Door
    from harness.llm.ledger import Ledger
    from harness.llm.providers.routing import Providers
    from harness.llm.storage.journal import Journal

    spec = ModelSpec(id="openai/fixed", api_base=url, concurrency=AT_ONCE, direct=direct)
    providers = Providers()
    if not direct:
        from harness.llm.providers import litellm_setup

        await litellm_setup.loaded()
    door = Door({Role.AGENT: spec}, Journal.open(journal), ledger=Ledger(), provider=providers, seed=0)

    async def ask(number: int) -> Any:
        messages = [Message(row["role"], row["content"]) for row in prompt(number)]  # type: ignore[arg-type]
        return await door.ask(Role.AGENT, messages, purpose=Purpose.EXPLORE)

    return ask


def memory() -> float:
    """Return this process's resident memory in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def measure(row: str, url: str, calls: int, journal: Path) -> None:
    before = time.process_time()
    makers: dict[str, Callable[[], Awaitable[Ask]]] = {
        "raw aiohttp": lambda: raw(url),
        "AsyncOpenAI, aiohttp": lambda: openai(url),
        "LiteLLM alone": lambda: litellm_alone(url),
        "door over LiteLLM": lambda: through_door(url, False, journal),
        "door, direct": lambda: through_door(url, True, journal),
        "from the journal": lambda: through_door(url, True, journal),
    }
    try:
        ask = await makers[row]()
    except (ImportError, RuntimeError) as error:
        print(f"{row:22} not here: {error}")
        return
    started = time.process_time() - before
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with limit:
            await ask(number)

    await asyncio.gather(*(one(-1 - n) for n in range(AT_ONCE)))  # connections are open, limits are known
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(calls)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"cpu": cpu / calls * 1e3, "wall": wall, "mb": memory(), "start": started}), flush=True)
    os._exit(0)


def show(row: str, runs: list[dict[str, float]], calls: int, latency: float, peers: dict[str, float]) -> None:
    """Print the medians of a row, and what it adds to its peer."""
    middle = {name: median(run[name] for run in runs) for name in runs[0]}
    peers[row] = middle["cpu"]
    low, high = min(run["cpu"] for run in runs), max(run["cpu"] for run in runs)
    ideal = calls / AT_ONCE * latency
    over = f"{middle['wall'] / ideal:5.2f} x ideal" if ideal and row != "from the journal" else f"{'':13}"
    peer = PEERS.get(row, "")
    added = f"  {middle['cpu'] - peers[peer]:+.2f} ms to {peer}" if peer in peers else ""
    print(f"{row:22} {middle['cpu']:7.3f} ms CPU a call ({low:.3f} to {high:.3f})  {middle['wall']:6.2f} s wall  {over}"
          f"  {middle['mb']:5.0f} MB  {middle['start']:4.1f} s CPU to start{added}", flush=True)  # fmt: skip


def compare(url: str, calls: int, latency: float) -> None:
    """Run every row in a process of its own, in turn; small ones three times."""
    times = min(3, max(1, 3000 // calls))
    print(f"\n{calls} calls, {AT_ONCE} at once, a provider of {latency * 1e3:.0f} ms, medians of {times}", flush=True)
    runs: dict[str, list[dict[str, float]]] = {}
    for _ in range(times):
        with tempfile.TemporaryDirectory(dir=".") as folder:
            for row in ROWS:
                name = "door, direct" if row == "from the journal" else row
                asked = json.dumps([row, url, calls, f"{folder}/{name}/journal.jsonl"])
                done = subprocess.run([sys.executable, __file__, asked], check=True, stdout=subprocess.PIPE, text=True)
                if done.stdout.startswith("{"):
                    runs.setdefault(row, []).append(json.loads(done.stdout))
                else:
                    print(done.stdout, end="")
    peers: dict[str, float] = {}
    for row, measured in runs.items():
        show(row, measured, calls, latency, peers)


def main(sizes: list[int]) -> None:
    for latency in (0.5, 0.05, 0.0):
        words = [sys.executable, str(ROOT / "scripts" / "fault_provider.py"), "--fixed", "--latency", str(latency)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                url = server.stdout.readline().strip()
                for calls in sizes[: 1 if latency == 0.5 else None]:  # there the CPU idles, however many there are
                    compare(url, calls, latency)
            finally:
                server.kill()


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].startswith("["):
        which, address, number, file = json.loads(sys.argv[1])
        asyncio.run(measure(which, address, number, Path(file)))
    else:
        main([int(word) for word in sys.argv[1:]] or [1000, 5000])
