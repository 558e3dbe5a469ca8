"""The journal at scale: memory, start-up and look-ups with many calls.

python scripts/bench/journal.py [calls]        (1,000,000 take about two minutes and 0.6 GB of disk)
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from harness.core.domain import Usage
from harness.core.messages import Answer
from harness.llm.storage.journal import Journal
from harness.llm.storage.records import Record, write_answer

AT_ONCE = 500
ANSWER = Answer(
    "Thought: look around. Action: go to drawer 1",
    Usage(1, 1200, cached=1024, completion=12, reasoning=0, usd=0.001, seconds=0.8),
    snapshot="m",
)


def key(number: int) -> str:
    return sha256(b"%d" % number).hexdigest()


def memory() -> float:
    """Return this process's resident memory in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def write(path: Path, calls: int) -> None:
    result = write_answer(ANSWER)
    position = {"model": "openai/gpt-4o", "trial": 0, "attempt": 0}
    journal = Journal.open(path)
    cpu, wall, before = time.process_time(), time.perf_counter(), memory()
    for start in range(0, calls, AT_ONCE):
        numbers = range(start, min(calls, start + AT_ONCE))
        records = [
            Record(key(n), "answer", role="agent", purpose="explore", about=position, result=result) for n in numbers
        ]
        await asyncio.gather(*(journal.append(record) for record in records))
        if start + AT_ONCE == calls // 10:
            print(f"{'after a tenth':28} {memory() - before:8.1f} MB more than at the start")
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{'written, durable':28} {memory() - before:8.1f} MB more, {cpu / calls * 1e6:.0f} us CPU, "
          f"{wall / calls * 1e6:.0f} us wall a call")  # fmt: skip
    await journal.close()
    sizes = [os.path.getsize(each) / 1e6 for each in (path, path.with_suffix(".index"))]  # noqa: PTH202, ASYNC240
    print(f"{'on disk':28} {sizes[0]:8.1f} MB, index {sizes[1]:.1f} MB")


async def read(path: Path, calls: int, name: str) -> None:
    cpu, wall, before = time.process_time(), time.perf_counter(), memory()
    journal = Journal.open(path, read_only=name.startswith("replay"))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert len(journal) == calls
    print(f"{name:28} {memory() - before:8.1f} MB more, {cpu:.3f} s CPU, {wall:.3f} s wall to open")
    wanted = [key(n) for n in random.Random(0).sample(range(calls), min(calls, 20_000))]
    cpu = time.process_time()
    for each in wanted:
        journal.get(each)
    print(f"{'':28} {(time.process_time() - cpu) / len(wanted) * 1e6:8.1f} us CPU an answer, at random; "
          f"{memory() - before:.1f} MB more")  # fmt: skip
    await journal.close()


def main(calls: int) -> None:
    print(f"{calls:,} calls, {AT_ONCE} appended at once")
    with tempfile.TemporaryDirectory(dir=".") as folder:
        path = Path(folder) / "journal.jsonl"
        for phase in ("write", "start with index", "start after a crash", "start without index", "replay (reads all)"):
            if phase == "start without index":
                path.with_suffix(".index").unlink()
            if phase == "start after a crash":  # the last calls are not yet in the index
                subprocess.run([sys.executable, __file__, "crash", str(path), str(calls)], check=True)
                calls += AT_ONCE
            subprocess.run([sys.executable, __file__, phase, str(path), str(calls)], check=True)


async def crash(path: Path, calls: int) -> None:
    journal = Journal.open(path)
    records = (
        Record(key(calls + n), "answer", role="agent", purpose="explore", about={}, result=write_answer(ANSWER))
        for n in range(AT_ONCE)
    )
    await asyncio.gather(*(journal.append(record) for record in records))
    os._exit(0)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    else:
        name, where, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
        work = {"write": write, "crash": crash}.get(name)
        asyncio.run(work(where, number) if work else read(where, number, name))
