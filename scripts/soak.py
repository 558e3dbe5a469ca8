"""Kill a run at random, again and again, while a third of its calls fail: the record must not change.

FGO on ALFWorld over HTTP against `scripts/fault_provider.py`, first without a fault, then with faults of all passing
kinds and a signal (SIGKILL, SIGTERM or SIGHUP) at random moments. Checked: both records are equal but for times and
tokens, no call that the journal holds was asked again (only what was under way at a SIGKILL may be), the budget held,
and no signal but SIGKILL ended the process without a word.

    python scripts/soak.py --kills 20 --rate 0.3 --seed 1
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

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

    def stats(self) -> dict[str, Any]:
        """Return what it was asked and answered."""
        with urllib.request.urlopen(self.url.replace("/v1", "/stats"), timeout=30) as response:
            found: dict[str, Any] = json.load(response)
        return found

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


def command(url: str, results: Path, budget: int) -> list[str]:
    return [
        sys.executable, "-m", "harness", "method=fgo", "env=alfworld", "env.train_size=12", "env.test_size=12",
        "env.max_steps=20", "method.subsets=3", "method.steps=6", "backbone=vllm", "share=false",
        "backbone.model.id=hosted_vllm/sim/small", "+backbone.model.send_seed=true", "retries.first=0.01",
        "retries.longest=0.5", "backbone.model.context_window=8192", f"backbone.model.api_base={url}",
        "backbone.model.timeout=5", f"budget.tokens={budget}", f"results_dir={results}",
    ]  # fmt: skip


def start(words: list[str], folder: Path) -> subprocess.Popen[str]:
    log = (folder / "said.txt").open("a")
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log, text=True)


def soak(words: list[str], folder: Path, kills: int, chance: random.Random) -> Counter[str]:
    """Run until done, killed so often on the way; return what ended it how often."""
    ended: Counter[str] = Counter()
    while ended.total() < 40 * (kills + 1):
        process = start(words, folder)
        if sum(ended[kind.name] for kind in SIGNALS) < kills:
            try:
                process.wait(timeout=chance.uniform(1.5, 6.0))
            except subprocess.TimeoutExpired:
                kind = chance.choice(SIGNALS)
                process.send_signal(kind)
                process.wait(timeout=60)
                ended[kind.name] += 1
                if kind is not signal.SIGKILL and process.returncode < 0:
                    raise SystemExit(f"{kind.name} ended the process without a word") from None
                continue
        code = process.wait(timeout=1800)
        ended[f"exit {code}"] += 1
        if code == 0:
            return ended
    raise SystemExit(f"the run does not end: {dict(ended)}")


def journaled(results: Path) -> int:
    """Return how many answers the journal holds, each once."""
    (path,) = results.glob("runs/*/*/*/*/journal.jsonl")
    keys = [json.loads(line[9:])["key"] for line in path.open("rb") if b'"kind":"answer"' in line]
    if len(keys) != len(set(keys)):
        raise SystemExit("the journal holds a call twice")
    return len(keys)


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rate", type=float, default=0.3, help="share of requests that fail")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=int, default=50_000_000, help="tokens")
    own = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        clean = Server()
        began = time.monotonic()
        soak(command(clean.url, folder / "clean", own.budget), folder, 0, random.Random(own.seed))
        clean.stop()
        faulty = Server("--rate", str(own.rate), "--seed", str(own.seed), "--kinds", *KINDS)
        ended = soak(command(faulty.url, folder / "soak", own.budget), folder, own.kills, random.Random(own.seed))
        stats = faulty.stats()
        faulty.stop()
        (expected, _), (found, result) = outcome(folder / "clean"), outcome(folder / "soak")
        tokens = sum(
            row["prompt"] + row["completion"]
            for table in (result["usage"], result["usage_vanilla"])
            for roles in table.values()
            for row in roles.values()
        )
        lost = stats["answered"] - journaled(folder / "soak")
        checks = {
            "same record": expected == found,
            "every kind occurred": set(stats["faults"]) == set(KINDS),
            "no journaled call asked again": lost <= UNDER_WAY * ended["SIGKILL"],
            "budget kept": tokens <= own.budget,
            "no traceback": "Traceback" not in (folder / "said.txt").read_text(),
        }
    print(f"{time.monotonic() - began:.0f} s, ended by {dict(ended)}")
    print(
        f"{stats['requests']} requests, {stats['answered']} answered, {sum(stats['faults'].values())} faults, "
        f"{lost} answers lost under way at a kill, {tokens:,} tokens"
    )
    for name, holds in checks.items():
        print(f"{'ok  ' if holds else 'FAIL'} {name}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
