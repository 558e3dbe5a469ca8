"""The whole path of one-turn samples, beside Inspect AI and raw aiohttp with a flushed line a call, in one run.

    python scripts/bench/whole_path.py [--inspect PYTHON] [--samples 1000] [--times 3]

Every row evaluates the same questions at the same loopback provider (50 ms, 100 at once) in processes of their own:
`harness` by `method=vanilla` with a user's environment, also on uvloop's event loop where that is installed, Inspect AI
by `inspect eval` (PYTHON is the interpreter of an environment that has inspect-ai and openai), raw aiohttp by thirty
lines. A small and a large number of samples are run,
so that start-up is told apart: what is printed is the difference, a sample. Medians of `--times`; CPU counts user and
system, so that other work on the machine shows little; rows take turns, and a ratio is the median of those of each
turn. Bytes are those of the folder that a row leaves, and of them those beside texts, which our records keep once
(`texts.jsonl`).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE, LATENCY, FEW = 100, 0.05, 100

ENVIRONMENT = """
from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import Description
from harness.core.messages import Message


class OneTurn:
    def __init__(self, test_size: int) -> None:
        self.test_size = test_size

    def describe(self):
        return Description("one_turn", "1", "1", f"one-turn-{self.test_size}", "Answer a question.")

    def initial_modules(self):
        return Modules.of_instruction("Answer with a number.")

    def tasks(self, split):
        count = self.test_size if split == "test" else 1
        return [Task(f"{split}-{n}", f"{split}: what is {n} times 7?", str(7 * n), "sums") for n in range(count)]

    async def rollout(self, modules, task, agent):
        asked = [Message("system", modules.instruction()), Message("user", task.query)]
        said = (await agent.complete(asked)).text
        return Trajectory(task.id, (), said, said == task.truth, float(said == task.truth))
"""

INSPECT = """
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import match
from inspect_ai.solver import generate, system_message


@task
def one_turn(count: int = 100):
    samples = [Sample(input=f"test: what is {n} times 7?", target=str(7 * n)) for n in range(count)]
    return Task(
        dataset=MemoryDataset(samples), solver=[system_message("Answer with a number."), generate()], scorer=match()
    )
"""

RAW = """
import asyncio, json, sys
import aiohttp

async def main(url, count):
    slots = asyncio.Semaphore(100)
    with open("lines.jsonl", "w") as file:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            async def one(n):
                asked = [{"role": "system", "content": "Answer with a number."},
                         {"role": "user", "content": f"test: what is {n} times 7?"}]
                body = {"model": "fixed", "messages": asked}
                async with slots, session.post(f"{url}/chat/completions", json=body) as response:
                    said = (await response.json())["choices"][0]["message"]["content"]
                file.write(json.dumps({"messages": asked, "answer": said}) + "\\n")
                file.flush()
            await asyncio.gather(*(one(n) for n in range(count)))

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@dataclass(frozen=True)
class Took:
    """What one process took: seconds of CPU and wall, MB at most, bytes left in its folder and those beside texts."""

    cpu: float
    wall: float
    mb: float
    bytes: int
    rest: int


@dataclass(frozen=True)
class Row:
    """A row of the table: how it is run, and a word that it says when it has done its work."""

    name: str
    python: str
    words: tuple[str, ...]
    says: str = ""

    def run(self, url: str, samples: int) -> Took:
        """Run it once in an empty folder."""
        with tempfile.TemporaryDirectory(prefix="bench-") as made:
            folder = Path(made)
            for name, text in (("one_turn.py", ENVIRONMENT), ("inspect_task.py", INSPECT), ("raw.py", RAW)):
                (folder / name).write_text(text)
            before = {path for path in folder.rglob("*") if path.is_file()}
            words = [self.python, *(word.format(url=url, samples=samples) for word in self.words)]
            environ = os.environ | {"PYTHONPATH": str(ROOT), "BENCH_API_KEY": "none", "PYTHONDONTWRITEBYTECODE": "1"}
            began = time.perf_counter()
            with (folder / "said").open("w") as said:
                process = subprocess.Popen(words, cwd=folder, env=environ, stdout=said, stderr=said)
                _, status, used = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - began
            spoken = (folder / "said").read_text()
            if process.returncode or self.says not in spoken:
                sys.exit(f"{self.name} failed:\n{spoken[-2000:]}")
            left = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
            left = {path: size for path, size in left.items() if path not in before and path.name != "said"}
            texts = sum(size for path, size in left.items() if path.name == "texts.jsonl")
            size = sum(left.values())
            return Took(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, bytes=size, rest=size - texts)


def rows(inspect: str | None) -> list[Row]:
    """Return the rows that can be run here."""
    ours = (
        "-m harness method=vanilla env=one_turn.OneTurn +env.test_size={samples} backbone=vllm share=false "
        "backbone.model.id=hosted_vllm/fixed backbone.model.api_base={url} "
        f"backbone.model.concurrency={AT_ONCE} results_dir=results"
    )
    theirs = (
        "-m inspect_ai eval inspect_task.py --model openai-api/bench/fixed --display plain --log-dir logs "
        f"--max-connections {AT_ONCE} --max-samples {AT_ONCE} -T count={{samples}} --model-base-url {{url}}"
    )
    found = [
        Row("raw aiohttp, a line a call", sys.executable, ("raw.py", "{url}", "{samples}")),
        Row("harness", sys.executable, tuple(ours.split()), "vanilla"),
    ]
    if find_spec("uvloop"):
        words = (*ours.split(), "executor.loop=uvloop")
        found.append(Row("harness, executor.loop=uvloop", sys.executable, words, "vanilla"))
    return [*found, Row("Inspect AI", inspect, tuple(theirs.split()), "accuracy")] if inspect else found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inspect", metavar="PYTHON", help="an interpreter with inspect-ai and openai")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    server = [sys.executable, str(ROOT / "scripts" / "fault_provider.py"), "--fixed", "--latency", str(LATENCY)]
    table = Table(
        "row", "ms CPU a sample", "beside raw", "wall over ideal", "MB", "bytes a sample", "beside texts", "start, s",
        title=f"{options.samples} one-turn samples, {AT_ONCE} at once, a provider of {LATENCY * 1e3:.0f} ms",
    )  # fmt: skip
    with subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as provider:
        try:
            assert provider.stdout is not None
            url = provider.stdout.readline().strip()
            compared = rows(options.inspect)
            taken: dict[str, list[tuple[Took, Took]]] = {row.name: [] for row in compared}
            for _ in range(options.times):  # rows in turn: a machine that grows slow does so for all
                for row in compared:
                    taken[row.name].append((row.run(url, FEW), row.run(url, FEW + options.samples)))
            cpus = {
                name: [(many.cpu - few.cpu) / options.samples * 1e3 for few, many in pairs]
                for name, pairs in taken.items()
            }
            base = cpus[compared[0].name]
            for row in compared:
                pairs, cpu = taken[row.name], median(cpus[row.name])
                beside = median(mine / raw for mine, raw in zip(cpus[row.name], base, strict=True))
                wall = median(many.wall - few.wall for few, many in pairs) / (options.samples / AT_ONCE * LATENCY)
                size = median((many.bytes - few.bytes) / options.samples for few, many in pairs)
                rest = median((many.rest - few.rest) / options.samples for few, many in pairs)
                start = median(few.cpu for few, _ in pairs) - cpu * FEW / 1e3
                peak = median(many.mb for _, many in pairs)
                table.add_row(
                    row.name, f"{cpu:.2f}", f"{beside:.2f}x", f"{wall:.2f}", f"{peak:.0f}", f"{size:,.0f}",
                    f"{rest:,.0f}", f"{start:.2f}",
                )  # fmt: skip
        finally:
            provider.kill()
    console = Console(width=None if Console().is_terminal else 130)
    console.print(table)
    if not options.inspect:
        console.print("Inspect AI is left out: name an interpreter that has it with --inspect PYTHON", markup=False)


if __name__ == "__main__":
    main()
