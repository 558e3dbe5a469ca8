"""Memory and CPU of FGO against the number of training tasks: both must stay flat.

python -m scripts.bench.flat [tasks ...]             (default 1000 10000 100000; the last takes a quarter of an hour)
python -m scripts.bench.flat --alfworld [tasks ...]  (default 100 1000; a step of the embedded model takes most of it)
python -m scripts.bench.flat --profile 4000          (where the CPU goes)
python -m scripts.bench.flat --objects 4000          (what the memory holds, at the end of the training)

One-turn tasks, as many subsets as tasks / 97 and 1,024 at most, one optimizer call each, answers from a script. Each
size runs in a process of its own, after a small run that loads what every run loads. CPU is the process's, so that
other work on the machine shows less; read the ratio. The embedded model's own CPU is apart: it reads longer
modules where more are merged. The record is left in --results DIR, if one is named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import AgentModel, Description, Split
from harness.core.messages import Message

ME = "scripts.bench.flat"
SUBSETS, PER_SUBSET, TESTS = 1024, 97, 100
WORDS = "open drawer answer number check twice read table first unit month total before quote name date".split()


class OneTurn:
    """Tasks that take one call each; a third of them are solved, whatever the modules say."""

    def __init__(self, train_size: int) -> None:
        self._train_size = train_size

    def describe(self) -> Description:
        """Return its description."""
        return Description("one_turn", "1", "1", f"one-turn-{self._train_size}", "Answer a short question.")

    def initial_modules(self) -> Modules:
        """Return one instruction."""
        return Modules.of_instruction("Answer with one word.")

    def tasks(self, split: Split) -> Sequence[Task]:
        """Return numbered questions."""
        number = self._train_size if split == "train" else TESTS
        return [
            Task(f"{split}-{n:06}", f"Question {n}: what is {n} times 7?", f"answer {n * 7}", f"kind {n % 5}")
            for n in range(number)
        ]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        """Ask once."""
        prompt = [Message("system", modules.instruction()), Message("user", task.query)]
        answer = await agent.complete(prompt)
        right = answer.text.startswith("0")
        return Trajectory(task.id, (), answer.text, right, float(right))


def answer(role: str, messages: Sequence[Message]) -> str:
    """Play every role: what depends on the prompt is drawn from its digest."""
    drawn = hashlib.sha256("\n".join(message.content for message in messages).encode()).digest()
    if role == "agent":
        return f"{drawn[0] % 3} {drawn.hex()[:12]}"
    if role == "evaluator":
        return json.dumps({"failed": "The number is wrong.", "pattern": "No check.", "advice": "Check the number."})
    lines = (" ".join(WORDS[byte % len(WORDS)] for byte in drawn[at : at + 6]) for at in range(0, 30, 6))
    return "<instruction>\n" + "\n".join(f"- {line}" for line in lines) + "\n</instruction>"


def words(tasks: int, alfworld: bool, results: Path) -> list[str]:
    """Return the settings of one run."""
    per_subset = 10 if alfworld else PER_SUBSET
    subsets = max(3, min(SUBSETS, tasks // per_subset))
    if alfworld:
        own = ["env=alfworld", f"env.train_size={tasks}", "env.test_size=20"]
    else:
        own = ["env=custom", f"env._target_={ME}.OneTurn", "env.name=one_turn", f"+env.train_size={tasks}"]
        own += ["backbone=scripted", f"backbone.script={ME}:answer"]
    steps = [f"method.steps={subsets}", f"method.subsets={subsets}", "partition=random"]
    return ["method=fgo", *own, *steps, "baseline=false", f"results_dir={results}"]


def measure(tasks: int, alfworld: bool, results: Path, look: str) -> dict[str, float]:
    """Run one size in this process."""
    from harness.run.config.composition import compose
    from harness.run.execute import execute
    from harness.run.plan import plan
    from harness.run.progress.events import Silence

    with tempfile.TemporaryDirectory(dir=".") as scratch:
        execute(plan(compose(words(100 if alfworld else 1000, alfworld, Path(scratch)))), Silence())
    model = timed_model()
    ready = plan(compose(words(tasks, alfworld, results)))
    before, mb = time.process_time(), peak()
    if look == "profile":
        result = profiled(lambda: execute(ready, Silence()))
    elif look == "objects":
        result = looked_into(lambda: execute(ready, Silence()))
    else:
        result = execute(ready, Silence())
    took = {"cpu": time.process_time() - before, "model": model[0], "mb": peak()}
    rollouts = sum(1 for path in (ready.folder.train, ready.folder.test) for _ in path.open("rb"))
    size = sum(path.stat().st_size for path in ready.folder.path.rglob("*") if path.is_file())
    calls = sum(row.calls for roles in result.usage.values() for row in roles.values())
    return {**took, "calls": calls, "rollouts": rollouts, "start": mb, "bytes": size}


def timed_model() -> list[float]:
    """Add up the CPU that the embedded model takes, in a list of one number."""
    from harness.llm.providers.simulated import SimProvider

    seconds, complete = [0.0], SimProvider.complete

    async def timed(self: Any, *arguments: Any) -> Any:
        began = time.thread_time()
        try:
            return await complete(self, *arguments)
        finally:
            seconds[0] += time.thread_time() - began

    SimProvider.complete = timed  # type: ignore[method-assign]
    return seconds


def peak() -> float:
    """Return the most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def profiled(work: Any) -> Any:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    result = profile.runcall(work)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(35)
    return result


def looked_into(work: Any) -> Any:
    """Print the largest allocations that are alive when the training ends."""
    import tracemalloc

    from harness.run.session import LiveSession

    tested = LiveSession._test

    async def test(self: Any, *arguments: Any, **named: Any) -> Any:
        for line in tracemalloc.take_snapshot().statistics("lineno")[:25]:
            print(line, file=sys.stderr)
        print(f"peak, current: {tracemalloc.get_traced_memory()}", file=sys.stderr)
        return await tested(self, *arguments, **named)

    LiveSession._test = test  # type: ignore[method-assign]
    tracemalloc.start(1)
    return work()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=int, nargs="*")
    parser.add_argument("--alfworld", action="store_true")
    parser.add_argument("--profile", dest="look", action="store_const", const="profile", default="")
    parser.add_argument("--objects", dest="look", action="store_const", const="objects")
    parser.add_argument("--results", type=Path)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = given.tasks or ([100, 1000] if given.alfworld else [1000, 10_000, 100_000])
    if given.here:
        print(json.dumps(measure(sizes[0], given.alfworld, given.results, given.look)))
        return
    print(
        f"{'tasks':>8} {'calls':>10} {'CPU, ms a call':>15} {'ms a rollout':>13} {'the model':>10} {'MB':>6}"
        f" {'MB on disk':>11}  ratio"
    )
    first: float | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=".") as scratch:
            results = given.results or Path(scratch)
            command = [sys.executable, "-m", ME, str(size), "--here", "--results", str(results)]
            command += ["--alfworld"] * given.alfworld + [f"--{given.look}"] * bool(given.look)
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        took = json.loads(done.stdout)
        ours, model = took["cpu"] - took["model"], took["model"] / took["calls"] * 1e3
        call, rollout = ours / took["calls"] * 1e3, ours / took["rollouts"] * 1e3
        first = first or call
        print(f"{size:8} {took['calls']:10} {call:15.3f} {rollout:13.3f} {model:10.3f} {took['mb']:6.0f}"
              f" {took['bytes'] / 1e6:11.1f}  {call / first:.2f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
