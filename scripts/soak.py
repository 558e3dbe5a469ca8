"""Kill a run at random, again and again, while a third of its calls fail: the record must not change.

FGO on ALFWorld over HTTP against `scripts/fault_provider.py`, first without a fault, then with faults of all passing
kinds and a signal (SIGKILL, SIGTERM or SIGHUP) at random moments, which are spread over the calls of the run and the
starts of its processes. The budget is half of what the run takes; once it stops the run, a larger one resumes it.

Checked: both records are equal but for times and tokens, `harness verify` accepts the second one, no call was paid
twice but those under way at a SIGKILL, the budget was exceeded by at most one call, and no signal but SIGKILL ended
the process without a word.

    python scripts/soak.py --kills 20 --rate 0.3 --seed 1
"""

from __future__ import annotations

import argparse
import atexit
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.llm.storage.recorded import read_record
from harness.llm.storage.records import usages

ROOT = Path(__file__).resolve().parents[1]
UNDER_WAY = 32
"""Calls at once."""
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
KINDS = (
    "retry_after rate_limit error_500 error_503 reset torn no_choices wrong_schema no_usage error_inside finish_error "
    "empty reasoning_only odd_shape bom nan odd_usage"
).split()


class Server:
    """A fault provider."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, str(ROOT / "scripts" / "fault_provider.py"), "--latency", "0.02", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        atexit.register(self.stop)

    def stats(self) -> dict[str, Any]:
        """Return what it was asked and answered."""
        with urllib.request.urlopen(self.url.replace("/v1", "/stats"), timeout=30) as response:
            found: dict[str, Any] = json.load(response)
        return found

    def stop(self) -> None:
        """End it; twice does no harm."""
        self.process.kill()
        self.process.wait()


def command(url: str, results: Path, budget: int) -> list[str]:
    return [
        sys.executable, "-m", "harness", "method=fgo", "env=alfworld", "env.train_size=12", "env.test_size=12",
        "env.max_steps=20", "method.subsets=3", "method.steps=6", "backbone=vllm", "share=false",
        "backbone.model.id=hosted_vllm/sim/small", "+backbone.model.send_seed=true", "retries.first=0.01",
        "retries.longest=0.5", "backbone.model.context_window=8192", f"backbone.model.api_base={url}",
        "backbone.model.timeout=60", f"budget.tokens={budget}", f"results_dir={results}",
    ]  # fmt: skip


def start(words: list[str], folder: Path) -> subprocess.Popen[str]:
    log = (folder / "said.txt").open("a")
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log, text=True)


@dataclass
class Journaled:
    """What the journal of a run holds: answers with their probes, tokens, those of the largest answer."""

    answers: int = 0
    tokens: int = 0
    largest: int = 0


def journaled(results: Path) -> Journaled:
    """Read the journal of the one run of a results folder.

    Raises
    ------
    SystemExit
        If it holds a call twice.
    """
    found = Journaled()
    keys = set()
    for path in results.glob("runs/*/*/*/*/journal.jsonl"):
        for line in path.open("rb"):
            record = read_record(line[9:]) if line.endswith(b"\n") else None
            if record is None or record.kind != "answer":
                continue
            if record.key in keys:
                raise SystemExit("the journal holds a call twice")
            keys.add(record.key)
            for usage in usages(record):
                tokens = usage.prompt + usage.completion
                found.answers += 1
                found.tokens += tokens
                found.largest = max(found.largest, tokens)
    return found


class Soak:
    """One run, killed again and again.

    Attributes
    ----------
    ended
        What ended its processes how often.
    lost
        Answers that were paid and did not reach the journal, by what ended the process.
    over
        By how many tokens the budget was exceeded when it stopped the run, and the tokens of its largest call.
    """

    def __init__(self, server: Server, folder: Path, *, budget: int, moments: list[int], chance: random.Random) -> None:
        self.results = folder / "soak"
        self.ended: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.over: tuple[int, int] | None = None
        self._server = server
        self._folder = folder
        self._budget = budget
        self._moments = moments
        self._chance = chance

    def run(self) -> None:
        """Start it again until it is done."""
        budget = self._budget
        while self.ended.total() < 4 * (len(self._moments) + 10):
            process = start(command(self._server.url, self.results, budget), self._folder)
            code = self._kill(process) if self._killed < len(self._moments) else process.wait(timeout=900)
            if code is not None:
                self._note(f"exit {code}")
            if code == 0:
                return
            if code == 1 and self.over is None and "budget.tokens" in self._last_words():
                paid = journaled(self.results)
                self.over = (paid.tokens - budget, paid.largest)
                budget *= 100
        raise SystemExit(f"the run does not end: {dict(self.ended)}")

    @property
    def _killed(self) -> int:
        return sum(self.ended[kind.name] for kind in SIGNALS)

    def _kill(self, process: subprocess.Popen[str]) -> int | None:
        """Kill the process when the journal is as long as the next moment says; return its code if it ends before."""
        moment = self._moments[self._killed]
        began, before = time.monotonic(), self._length()
        late = self._chance.uniform(0, 2.5) if self._length() >= moment else self._chance.uniform(0, 0.2)
        while (code := process.poll()) is None:
            if time.monotonic() - began > 300:
                raise SystemExit("the run does not get on")
            if self._length() >= moment:
                break
            time.sleep(0.01)
        else:
            return code
        try:
            return process.wait(timeout=late)
        except subprocess.TimeoutExpired:
            kind = self._chance.choice(SIGNALS)
            process.send_signal(kind)
            process.wait(timeout=60)
            # One that was still importing had nothing to say.
            if kind is not signal.SIGKILL and process.returncode < 0 and self._length() > before:
                raise SystemExit(f"{kind.name} ended the process without a word") from None
            self._note(kind.name)
            return None

    def _length(self) -> int:
        return sum(path.read_bytes().count(b"\n") for path in self.results.glob("runs/*/*/*/*/journal.jsonl"))

    def _last_words(self) -> str:
        return (self._folder / "said.txt").read_text().rstrip().rpartition("\n")[2]

    def _note(self, how: str) -> None:
        self.ended[how] += 1
        while (stats := self._server.stats())["under_way"]:
            time.sleep(0.01)
        self.lost[how] += stats["answered"] - journaled(self.results).answers - self.lost.total()


def outcome(results: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a record holds but for times and tokens, and the whole result."""
    (path,) = results.glob("runs/*/*/*/*/result.json")
    result = json.loads(path.read_text())
    rows = [json.loads(line) for name in ("train", "test") for line in (path.parent / f"{name}.jsonl").open()]
    for row in rows:
        row.pop("usage", None)
        row.pop("seconds", None)
    calls = {phase: {role: row["calls"] for role, row in roles.items()} for phase, roles in result["usage"].items()}
    kept = {name: result[name] for name in ("score", "module", "optimizer_calls", "merge_calls", "refused_calls")}
    return {**kept, "calls": calls, "rows": rows}, result


def clean(folder: Path) -> int:
    """Run once without a fault; return the tokens that it took."""
    server = Server()
    process = start(command(server.url, folder / "clean", 10**9), folder)
    if process.wait(timeout=900) != 0:
        raise SystemExit(f"the run without faults fails: {(folder / 'said.txt').read_text()[-500:]}")
    server.stop()
    return journaled(folder / "clean").tokens


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rate", type=float, default=0.3, help="share of requests that fail")
    parser.add_argument("--seed", type=int, default=1)
    own = parser.parse_args()
    chance = random.Random(own.seed)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        began = time.monotonic()
        budget = clean(folder) // 2
        length = journaled(folder / "clean").answers
        moments = sorted(chance.choices(range(round(0.95 * length)), k=own.kills))
        server = Server("--rate", str(own.rate), "--seed", str(own.seed), "--kinds", *KINDS)
        soak = Soak(server, folder, budget=budget, moments=moments, chance=chance)
        soak.run()
        stats = server.stats()
        server.stop()
        (expected, _), (found, result) = outcome(folder / "clean"), outcome(soak.results)
        (record,) = soak.results.glob("runs/*/*/*/*")
        verified = subprocess.run(
            [sys.executable, "-m", "harness", "verify", str(record)], cwd=ROOT, capture_output=True
        )
        said = (folder / "said.txt").read_text()
    killed = {kind.name: soak.ended[kind.name] for kind in SIGNALS}
    under_way = soak.lost["SIGKILL"]
    twice = soak.lost.total() - under_way
    over, largest = soak.over or (0, 0)
    checks = {
        "records equal": expected == found,
        "harness verify accepts the record": verified.returncode == 0,
        "calls paid twice, but for those under way at a SIGKILL: 0": twice == 0,
        "calls under way at a SIGKILL: no more than at once": under_way <= UNDER_WAY * killed["SIGKILL"],
        "budget kept: exceeded by at most the largest call": soak.over is not None and over <= largest,
        "every kill happened": sum(killed.values()) == own.kills,
        "every kind of fault occurred": set(stats["faults"]) == set(KINDS) or not own.rate,
        "no traceback": "Traceback" not in said,
    }
    others = {how: times for how, times in soak.ended.items() if how not in killed}
    print(f"{time.monotonic() - began:.0f} s; kills: {killed}; other ends: {others}")
    print(
        f"{stats['requests']} requests, {sum(stats['faults'].values())} faults, {stats['answered']} answered, "
        f"{under_way} of them under way at a SIGKILL, {twice} others paid twice; {result['refused_calls']} refused"
    )
    print(f"budget.tokens={budget:,} was exceeded by {over:,} tokens; the largest call took {largest:,}")
    for name, holds in checks.items():
        print(f"{'ok  ' if holds else 'FAIL'} {name}")
    if "Traceback" in said:
        print(said[said.index("Traceback") :][:4000])
    if verified.returncode:
        print(verified.stdout.decode()[-2000:], verified.stderr.decode()[-2000:])
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
