"""Measure the statistics on simulated studies whose truth is known: coverage of intervals, size and power of tests.

Scores are Bernoulli with a probit of method + training seed + task + method on task, so that the true mean of a method
is known in closed form: Phi(level / sqrt(1 + variances)). Run: python scripts/bench/intervals_and_tests.py [STUDIES]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from harness.stats.paired import compare_paired
from harness.stats.resampling import two_way_interval
from harness.stats.two_way import compare_methods, estimate


@dataclass(frozen=True)
class World:
    """Standard deviations on the probit scale: between seeds, between tasks, of a method on a task."""

    seeds: float = 0.25
    tasks: float = 1.0
    methods: float = 0.4

    def level(self, mean: float) -> float:
        """Return the level whose true mean is `mean`."""
        return float(stats.norm.ppf(mean) * np.sqrt(1 + self.seeds**2 + self.tasks**2 + self.methods**2))

    def study(
        self, means: tuple[float, ...], seeds: int, tasks: int, rng: np.random.Generator
    ) -> list[NDArray[np.float64]]:
        """Draw one study: for each method a matrix (seeds, tasks) of 0 and 1, tasks shared."""
        hardness = rng.normal(0, self.tasks, tasks)
        drawn = []
        for mean in means:
            latent = self.level(mean) + hardness + rng.normal(0, self.methods, tasks)
            latent = latent + rng.normal(0, self.seeds, (seeds, 1))
            drawn.append((rng.random((seeds, tasks)) < stats.norm.cdf(latent)).astype(float))
        return drawn


def row_coverage(world: World, mean: float, seeds: int, tasks: int, studies: int) -> tuple[float, float]:
    """Return how often the interval of a row holds the truth: ours, and percentiles of the two-way bootstrap."""
    rng = np.random.default_rng(1)
    ours = bootstrap = 0
    for number in range(studies):
        (scores,) = world.study((mean,), seeds, tasks, rng)
        low, high = estimate(scores).interval
        ours += low <= mean <= high
        low, high = two_way_interval(scores, 400, seed=number)
        bootstrap += low <= mean <= high
    return ours / studies, bootstrap / studies


def method_test(
    world: World, means: tuple[float, float], seeds: int, tasks: int, studies: int
) -> tuple[float, float, float]:
    """Return how often two methods differ significantly: by ours, by McNemar on one run each; and coverage of ours."""
    rng = np.random.default_rng(2)
    found = naive = covered = 0
    for _ in range(studies):
        a, b = world.study(means, seeds, tasks, rng)
        comparison = compare_methods(a, b)
        found += comparison.p_value < 0.05
        covered += comparison.interval.low <= means[0] - means[1] <= comparison.interval.high
        only = stats.binomtest(int((a[0] > b[0]).sum()), max(1, int((a[0] != b[0]).sum()))).pvalue
        naive += only < 0.05
    return found / studies, naive / studies, covered / studies


def run_test(means: tuple[float, float], tasks: int, studies: int) -> tuple[float, float]:
    """Return how often two given agents differ significantly, and the coverage of the clustered bootstrap."""
    world = World(seeds=0.0)
    rng = np.random.default_rng(3)
    found = covered = 0
    for number in range(studies):
        a, b = world.study(means, 1, tasks, rng)
        pair = compare_paired(a[0], b[0], seed=number)
        found += pair.p_value < 0.05
        covered += pair.interval.low <= means[0] - means[1] <= pair.interval.high
    return found / studies, covered / studies


def main(studies: int) -> None:
    """Print the figures."""
    print(f"{studies} studies a line; nominal coverage 0.95, size 0.05\n")
    print("interval of a row             coverage: ours   two-way percentiles")
    for seeds, tasks, mean, between in (
        (1, 134, 0.6, 0.0), (3, 134, 0.6, 0.0), (3, 134, 0.6, 0.25), (3, 60, 0.2, 0.25), (3, 219, 0.6, 0.5),
        (2, 134, 0.6, 0.5), (5, 134, 0.85, 0.25), (10, 134, 0.6, 0.25), (3, 24, 0.95, 0.25),
    ):  # fmt: skip
        ours, percentiles = row_coverage(World(seeds=between), mean, seeds, tasks, studies)
        print(f"seeds {seeds:>2} tasks {tasks:>3} mean {mean} sd {between:<5}     {ours:.3f}   {percentiles:.3f}")
    print("\nis this method better?        significant: ours   McNemar on one run   coverage of the difference")
    for seeds, tasks, a, b, between in (
        (3, 134, 0.6, 0.6, 0.0), (3, 134, 0.6, 0.6, 0.25), (3, 134, 0.6, 0.6, 0.5), (3, 60, 0.2, 0.2, 0.25),
        (2, 134, 0.6, 0.6, 0.5), (3, 24, 0.6, 0.6, 0.5), (10, 134, 0.6, 0.6, 0.25),
        (3, 134, 0.8, 0.6, 0.25), (3, 134, 0.7, 0.6, 0.25), (5, 134, 0.7, 0.6, 0.25),
        (10, 134, 0.7, 0.6, 0.25),
    ):  # fmt: skip
        ours, naive, cover = method_test(World(seeds=between), (a, b), seeds, tasks, studies)
        kind = "size " if a == b else "power"
        print(
            f"{kind} seeds {seeds:>2} tasks {tasks:>3} {a} v {b} sd {between:<5} {ours:.3f}   {naive:.3f}   {cover:.3f}"
        )
    print("\nis this trained agent better? significant (McNemar)   coverage (bootstrap by task)")
    for tasks, a, b in ((24, 0.6, 0.6), (60, 0.2, 0.2), (134, 0.6, 0.6), (219, 0.7, 0.6)):
        ours, cover = run_test((a, b), tasks, max(1, studies // 4))
        print(f"{'size ' if a == b else 'power'} tasks {tasks:>3} {a} v {b}   {ours:.3f}   {cover:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
