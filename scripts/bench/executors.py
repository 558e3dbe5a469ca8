"""What `executor=ray` costs and brings: python scripts/bench/executors.py [--tasks 64] [--at-once 8] [--times 2]

Each row is `method=vanilla`, `--at-once` rollouts at a time, in processes of its own: by one process, by one player and
by two on a local Ray cluster. The first quarter of the rollouts warms up and is left out. Driver CPU is that of the
run's process, players' CPU that of the players with their sandboxes, both user and system, so that other work on the
machine shows little. `rate` is rollouts by wall time, those of one player being 1; it means something on an idle
machine alone: on a busy one read it beside the load that is printed.

With `--pinned`, each player and what it starts is held to a processor of its own, which is what a cluster gives it
(`num_cpus=1`): otherwise one player and its sandbox take more than one where there are more.

`alfworld` computes games, `gaia` in sandboxes of its reference tools: a player has one, one process as many as there
are processors. Their model's answers are the embedded model's, recorded beforehand and given from a table, since a
provider computes elsewhere; with `--embedded` that model computes in the driver, as it does in runs without a provider.
`busy` is an environment that computes for 20 ms a turn and asks a model that answers at once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from harness.core.messages import Message

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")
BUSY = """
import time

from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import Description
from harness.core.messages import Message


class Busy:
    def __init__(self, test_size: int) -> None:
        self.test_size = test_size

    def describe(self):
        return Description("busy", "1", "1", f"busy-{self.test_size}", "Compute.")

    def initial_modules(self):
        return Modules.of_instruction("Answer.")

    def tasks(self, split):
        count = self.test_size if split == "test" else 1
        return [Task(f"{split}-{n}", f"{split} {n}", "", "busy") for n in range(count)]

    async def rollout(self, modules, task, agent):
        messages = [Message("system", modules.instruction()), Message("user", task.query)]
        for turn in range(5):
            answer = await agent.complete(messages)
            until = time.thread_time() + 0.02
            while time.thread_time() < until:
                pass
            messages += [Message("assistant", answer.text), Message("user", f"turn {turn}")]
        return Trajectory(task.id, (), "", True, 1.0)


def model(role, messages):
    return "done"
"""
RECORDED = """
import json
from pathlib import Path

from harness.core.domain import Usage
from harness.core.messages import Answer, ToolCall
from scripts.bench.executors import digest

ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text())


def model(role, messages):
    text, finish, calls = ANSWERS[digest(messages)]
    return Answer(text, Usage(), finish, tuple(ToolCall(*call) for call in calls))
"""
WORLDS = {
    "alfworld": ("env=alfworld",),
    "gaia": ("env=gaia",),
    "busy": ("env=bench_busy.Busy", "backbone=scripted", "backbone.script=bench_busy:model"),
}
SCRIPTED = ("backbone=scripted", "backbone.script=bench_recorded:model", "backbone.model.tools=native")
EXECUTORS = {
    "one process": (),
    "one player": ("executor=ray", "executor.players=1"),
    "two players": ("executor=ray", "executor.players=2"),
}


def one(words: list[str], pinned: bool) -> dict[str, float]:
    """Do a run in this process; return its calls, rollouts and seconds."""
    from harness.core.domain import Purpose
    from harness.run.config.composition import compose
    from harness.run.execute import execute
    from harness.run.plan import plan
    from harness.run.progress.events import Silence

    made: dict[str, float] = {}

    class Measure(Silence):
        all = done = 0
        before: tuple[float, ...] = ()

        def started(self, scope: str, purpose: Purpose, *, rollouts: int) -> None:  # noqa: ARG002
            self.all = rollouts
            if pinned:
                pin_players()

        def rolled_out(self, scope: str, purpose: Purpose, *, score: float) -> None:  # noqa: ARG002
            self.done += 1
            if self.done == self.all // 4:
                if pinned:
                    pin_players()  # a sandbox may have started in between
                self.before = (time.monotonic(), own_cpu(), players_cpu())
            elif self.done == self.all:
                now = (time.monotonic(), own_cpu(), players_cpu())
                wall, driver, players = (b - a for a, b in zip(self.before, now, strict=True))
                made.update(wall=wall, driver=driver, players=players, rollouts=self.all - self.all // 4)

    result = execute(plan(compose(words), initial=toolbox(words)), Measure())
    calls = sum(row.calls for row in result.usage["test"].values())
    return {**made, "calls": round(calls * made["rollouts"] / result.score["test"].n)}


def digest(messages: Sequence[Message]) -> str:
    """Return a digest of a conversation."""
    rows = [[m.role, m.content, [[c.id, c.name, c.arguments] for c in m.tool_calls]] for m in messages]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def record(words: list[str], path: Path) -> None:
    """Do a run with the embedded model and write down what it answered."""
    from harness.llm.providers.simulated import SimProvider

    answers: dict[str, Any] = {}
    complete = SimProvider.complete

    async def recorded(self: Any, spec: Any, call: Any) -> Any:
        answer = await complete(self, spec, call)
        made = [[each.id, each.name, each.arguments] for each in answer.tool_calls]
        answers[digest(call.messages)] = [answer.text, answer.finish, made]
        return answer

    SimProvider.complete = recorded  # type: ignore[method-assign]
    one(words, pinned=False)
    path.write_text(json.dumps(answers))


def toolbox(words: list[str]) -> dict[str, Any]:
    """Return what the agent of `gaia` begins with: the tools that are written by hand, which compute."""
    from envs.gaia.reference import REFERENCE

    return {"toolbox": REFERENCE} if "env=gaia" in words else {}


def own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def players_cpu() -> float:
    """Return the CPU seconds of all players below this process, and of what they started."""
    return sum(seconds for processes in players().values() for seconds in processes.values())


def pin_players() -> None:
    """Hold each player and what it started to a processor of its own."""
    processors = sorted(os.sched_getaffinity(0))
    for number, processes in enumerate(players().values()):
        for process in processes:
            for thread in Path("/proc").glob(f"{process}/task/*"):
                with suppress(OSError):  # it may just have ended
                    os.sched_setaffinity(int(thread.name), {processors[number % len(processors)]})


def players() -> dict[int, dict[int, float]]:
    """Return the players below this process, and of each the CPU seconds of itself and of all that it started."""
    parents, seconds, names = {}, {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                names[int(entry.name)] = (entry / "cmdline").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            seconds[int(entry.name)] = sum(map(int, fields[11:15])) / TICK

    def above(pid: int) -> list[int]:
        return [pid, *above(parents[pid])] if pid in parents else []

    found: dict[int, dict[int, float]] = {}
    for pid in sorted(seconds):
        line = above(pid)
        player = next((each for each in line if names[each].startswith("ray::Player")), None)
        if player is not None and os.getpid() in line:
            found.setdefault(player, {})[pid] = seconds[pid]
    return found


def settings(world: str, *, tasks: int, at_once: int) -> list[str]:
    """Return the settings that all rows of a world share."""
    size = [f"env.test_size={tasks}"] + ([] if world == "busy" else ["env.train_size=6"])
    return [*WORLDS[world], "method=vanilla", "results_dir=results", f"concurrency={at_once}", *size]


def child(words: list[str], *more: str, folder: str) -> str:
    """Do a run in a process of its own; return its last line."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), folder])}
    done = subprocess.run(
        [sys.executable, __file__, "--one", json.dumps(words), *more],
        cwd=folder, env=environ, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    shutil.rmtree(Path(folder, "results"))
    return done.stdout.splitlines()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=64)
    parser.add_argument("--at-once", type=int, default=8, help="rollouts")
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--worlds", nargs="+", default=list(WORLDS), choices=WORLDS)
    parser.add_argument("--embedded", action="store_true", help="let the embedded model compute in the driver")
    parser.add_argument("--pinned", action="store_true", help="hold each player to a processor of its own")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--record", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.record:
        record(json.loads(options.one), options.record)
    if options.one:
        print("recorded" if options.record else json.dumps(one(json.loads(options.one), options.pinned)))
        return
    table = Table(title=f"medians of {options.times}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for title in ("world", "played by"):
        table.add_column(title)
    for title in ("calls", "driver ms a call", "driver ms a rollout", "players ms a rollout", "rate"):
        table.add_column(title, justify="right")
    for world in options.worlds:
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in EXECUTORS}
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "bench_busy.py").write_text(BUSY)
            Path(folder, "bench_recorded.py").write_text(RECORDED)
            words = settings(world, tasks=options.tasks, at_once=options.at_once)
            if world != "busy" and not options.embedded:
                child(words, "--record", str(Path(folder, "answers.json")), folder=folder)
                words += SCRIPTED
            for _ in range(options.times):
                for name in EXECUTORS:
                    made = child([*words, *EXECUTORS[name]], *["--pinned"] * options.pinned, folder=folder)
                    found[name].append(json.loads(made))
                    print(f"{world}, {name}: {found[name][-1]}", file=sys.stderr)
        base = median(each["wall"] for each in found["one player"])
        for name, runs in found.items():
            driver, players = (median(each[key] for each in runs) for key in ("driver", "players"))
            calls, rollouts = runs[0]["calls"], runs[0]["rollouts"]
            shares = ((driver, calls), (driver, rollouts), (players, rollouts))
            rate = base / median(each["wall"] for each in runs)
            cells = [f"{1000 * seconds / number:.2f}" for seconds, number in shares]
            table.add_row(world, name, f"{calls:.0f}", *cells, f"{rate:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
