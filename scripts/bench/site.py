"""The static site at scale: time to build, size, and time to first paint of its pages in headless Chromium.

Example: python scripts/bench/site.py --runs 100 --rollouts 50000
"""

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from harness.core.domain import Modules
from harness.records.schema import EvaluationRow, RolloutRow, StepRow, UsageRow
from harness.reports.site.build import build
from tests.harness.reports.site.browser import browser, missing, view, wait
from tests.records import write_rows, write_run

METHODS = ("fgo", "all_at_once", "batch_wise", "bootstrapping", "vanilla")
TESTS, STEPS, TIMES = 134, 14, 5
PAINTED = (
    "return new Promise((done) => new PerformanceObserver((list) => done(list.getEntries()[0].startTime))"
    ".observe({type: 'paint', buffered: true}))"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--rollouts", type=int, default=50_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results, site = Path(folder) / "results", Path(folder) / "site"
        names = [synthetic(results, n, arguments.rollouts // arguments.runs) for n in range(arguments.runs)]
        records = sum(path.stat().st_size for path in results.rglob("*") if path.is_file())
        begun = time.perf_counter()
        built = build(results, site)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{built.runs} runs, {built.rollouts:,} rollouts, {records / 1e6:.0f} MB of records")
        print(f"build: {seconds:.1f} s, {built.files} files, {built.size / 1e6:.0f} MB, peak memory {peak:.0f} MB")
        if missing():
            print(f"no paint times: {missing()}")
            return
        pages = {
            "index.html": ".leaders",
            f"run.html#{names[0]}/lineage": ".graph",
            f"run.html#{names[0]}/tests": ".matrix",
            f"run.html#{names[0]}/rollout/300": ".trajectory",
            "matrix.html#0": ".matrix",
            f"compare.html#{names[0]}&{names[1]}": ".matrix",
        }
        with browser(Path(folder) / "profile") as driver:
            view(driver)
            for address, selector in pages.items():
                times = [opened(driver, f"{site.as_uri()}/{address}", selector) for _ in range(TIMES)]
                paint, whole = (statistics.median(column) for column in zip(*times, strict=True))
                print(
                    f"{address.partition('#')[0]:13} {selector:12} first paint {paint:.0f} ms, its data {whole:.0f} ms"
                )


def opened(driver: Any, address: str, selector: str) -> tuple[float, float]:
    """Return milliseconds to the first paint, and until the part with the data stands."""
    driver.get("about:blank")
    begun = time.perf_counter()
    driver.get(address)
    wait(driver, selector)
    whole = 1000 * (time.perf_counter() - begun)
    return float(driver.execute_script(PAINTED)), whole


def synthetic(results: Path, number: int, rollouts: int) -> str:
    """Write a run of a number of rollouts, each of `STEPS` steps; return its id."""
    rng = random.Random(number)
    tests = min(TESTS, rollouts // 2)
    method, seed = METHODS[number % len(METHODS)], number // len(METHODS)
    wins = [float(rng.random() < 0.5 + 0.08 * METHODS.index(method)) for _ in range(tests)]
    folder = write_run(results, method, seed, wins=wins, env="alfworld", tokens=rng.randrange(10**6, 10**7))
    initial = Modules.of_instruction("initial").digest
    write_rows(folder.test, [filled(row, rng) for row in folder.rows(folder.test)])
    (first, *_) = folder.rows(folder.train)
    train = [
        first.model_copy(update={"task": f"train-{n % 60}", "modules": initial, "scope": f"subset-{1 + n % 6}"})
        for n in range(rollouts - tests)
    ]
    write_rows(folder.train, [filled(row, rng) for row in train])
    return folder.path.name


def filled(row: RolloutRow, rng: random.Random) -> RolloutRow:
    """Return a rollout with as much text as a household game has."""
    steps = [
        StepRow(
            action=f"go to cabinet {rng.randrange(20)}",
            observation=f"You arrive at cabinet {rng.randrange(20)}. On it you see a cup 1, a plate {n}, a <b>pan</b>.",
            thought="I have not looked there yet; a cup is often found on or in a cabinet.",
        )
        for n in range(STEPS)
    ]
    read = EvaluationRow(verdict="wrong", failed="It searched twice.", pattern="It repeats places.", advice="Go on.")
    usage = UsageRow(calls=STEPS, prompt=9000, cached=7000, completion=300, usd=0.002, seconds=12.5)
    return row.model_copy(
        update={"steps": steps, "usage": usage, "evaluation": read if row.purpose == "explore" else None}
    )


if __name__ == "__main__":
    main()
