"""Methods over seeds and tasks: known truth by simulation, and the corners."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from harness.stats.interval import wilson
from harness.stats.resampling import two_way_means
from harness.stats.two_way import compare_methods, estimate
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "intervals_and_tests", ROOT / "scripts" / "bench" / "intervals_and_tests.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_one_run_has_wilsons_interval() -> None:
    scores = [[1] * 14 + [0] * 46]
    expected = stats.binomtest(14, 60).proportion_ci(method="wilson")
    assert estimate(scores).interval == pytest.approx((expected.low, expected.high))
    assert wilson(14 / 60, 60) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_agent_that_always_or_never_succeeds_is_not_certain(value: float) -> None:
    low, high = estimate(np.full((3, 60), value)).interval
    assert 0.04 < high - low < 0.10


def test_intervals_cover_the_truth_with_variance_between_seeds(bench: ModuleType) -> None:
    ours, percentiles = bench.row_coverage(bench.World(seeds=0.5), 0.6, 3, 219, 400)
    assert ours > 0.9
    assert percentiles < ours


def test_the_test_of_methods_has_its_size_where_one_run_each_deceives(bench: ModuleType) -> None:
    ours, naive, covered = bench.method_test(bench.World(seeds=0.5), (0.6, 0.6), 3, 134, 400)
    assert ours < 0.08
    assert covered > 0.92
    assert naive > 0.3


def test_the_test_of_methods_has_power(bench: ModuleType) -> None:
    ours, _, _ = bench.method_test(bench.World(), (0.75, 0.55), 5, 134, 200)
    assert ours > 0.85


def test_mcnemar_has_its_size_and_the_bootstrap_covers(bench: ModuleType) -> None:
    found, covered = bench.run_test((0.6, 0.6), 60, 150)
    assert found < 0.08
    assert covered > 0.89


def test_the_variance_is_that_of_resampling_freed_of_its_bias() -> None:
    rng = np.random.default_rng(5)
    scores = rng.normal(0.5, 0.02, (40, 1)) + rng.normal(0, 0.1, 200) + 0 * rng.normal(size=(40, 200))
    resampled = two_way_means(scores, 20_000).std()
    assert estimate(scores).error == pytest.approx(resampled, rel=0.03)


def test_few_seeds_are_warned_of() -> None:
    rng = np.random.default_rng(6)
    runs = rng.integers(0, 2, (3, 50))
    assert "one seed" in compare_methods(runs[:1], runs[:1]).warning
    assert "one seed" in compare_methods(runs, runs[:1]).warning
    assert "2 seeds" in compare_methods(runs[:2], runs).warning
    assert compare_methods(runs, runs).warning == ""


def test_a_method_is_no_better_than_itself() -> None:
    runs = np.random.default_rng(7).integers(0, 2, (3, 50))
    same = compare_methods(runs, runs)
    assert (same.difference, same.p_value) == (0.0, 1.0)
    assert same.interval.low < 0 < same.interval.high


def test_a_difference_without_any_variance_is_tested_by_task() -> None:
    comparison = compare_methods(np.ones((3, 20)), np.zeros((3, 20)))
    assert comparison.difference == 1.0
    assert comparison.p_value == pytest.approx(2 * 0.5**20)


def test_other_tasks_are_refused() -> None:
    with pytest.raises(ValueError, match="same tasks"):
        compare_methods(np.ones((2, 3)), np.ones((2, 4)))


SEVERAL = np.array([[1.0, 0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0, 0.0]])
SINGLE = np.array([[0.0, 1.0, 0.0, 0.0, 0.0]])


def noise(scores: np.ndarray) -> float:
    """Variance that is neither the seeds' nor the tasks', of one run's mean."""
    seeds, tasks = scores.shape
    rest = scores - scores.mean(0) - scores.mean(1)[:, None] + scores.mean()
    return float((rest**2).sum()) / ((seeds - 1) * (tasks - 1)) / tasks


@pytest.mark.parametrize("single_first", [True, False])
def test_a_single_run_borrows_the_spread_of_one_run_of_the_other_method(single_first: bool) -> None:
    sides = (SINGLE, SEVERAL) if single_first else (SEVERAL, SINGLE)
    found = compare_methods(*sides)
    of_a_run = SEVERAL.mean(axis=1).var(ddof=1)
    of_tasks = (SEVERAL.mean(axis=0) - SINGLE[0]).var(ddof=1) / 5
    of_seeds = of_a_run * (1 + 1 / 3)
    variance = max(of_tasks + of_seeds - noise(SEVERAL) * (1 + 1 / 3), of_seeds, of_tasks)
    assert found.error == pytest.approx(np.sqrt(variance))
    degrees = variance**2 / (of_tasks**2 / 4 + of_a_run**2 / 2 + (of_a_run / 3) ** 2 / 2)
    assert found.degrees == pytest.approx(max(1.0, degrees))
    assert found.difference == pytest.approx((-1 if single_first else 1) * (SEVERAL.mean() - SINGLE.mean()))


def test_noise_that_both_means_hold_counts_once() -> None:
    rng = np.random.default_rng(3)
    a, b = (0.5 + 0.2 * rng.random((1, 10)) + 0.2 * rng.random((4, 1)) + 0.1 * rng.random((4, 10)) for _ in range(2))
    of_tasks = (a.mean(0) - b.mean(0)).var(ddof=1) / 10
    of_seeds = sum(each.mean(axis=1).var(ddof=1) / 4 for each in (a, b))
    shared = sum(noise(each) / 4 for each in (a, b))
    assert of_tasks + of_seeds - shared > max(of_tasks, of_seeds), "the noise term decides in this example"
    assert compare_methods(a, b).error == pytest.approx(np.sqrt(of_tasks + of_seeds - shared))


def by_hand(variance: float, *parts: tuple[float, int]) -> float:
    """Satterthwaite's degrees of freedom of a sum of variances, each with its own."""
    return variance**2 / sum(part**2 / freedom for part, freedom in parts)


def test_degrees_of_freedom_are_satterthwaites() -> None:
    rng = np.random.default_rng(11)
    a, b = (rng.random((1, 9)) + 0.3 * rng.random((seeds, 1)) + 0.1 * rng.random((seeds, 9)) for seeds in (4, 3))
    of_a, of_b = (each.mean(axis=1).var(ddof=1) / len(each) for each in (a, b))
    found = compare_methods(a, b)
    of_tasks = (a.mean(0) - b.mean(0)).var(ddof=1) / 9
    assert found.degrees == pytest.approx(by_hand(found.error**2, (of_tasks, 8), (of_a, 3), (of_b, 2)))
    one = estimate(a)
    of_tasks = a.mean(0).var(ddof=1) / 9
    assert one.degrees == pytest.approx(by_hand(one.error**2, (of_tasks, 8), (of_a, 3)))


def test_one_run_that_differs_leaves_little_more_than_one_degree_of_freedom() -> None:
    a, b = np.array([[1.0, 1.0, 1.0, 0.9], [0.0, 0.0, 0.1, 0.0]]), np.array([[0.5, 0.5, 0.4, 0.5]] * 2)
    found = compare_methods(a, b)
    of_a, of_tasks = a.mean(axis=1).var(ddof=1) / 2, (a.mean(0) - b.mean(0)).var(ddof=1) / 4
    assert 1 < found.degrees < 1.2
    assert found.degrees == pytest.approx(max(1.0, by_hand(found.error**2, (of_tasks, 3), (of_a, 1))))


def test_two_single_runs_are_compared_by_task() -> None:
    a, b = np.array([1.0, 0.0, 1.0, 1.0, 0.5]), np.array([0.0, 0.0, 1.0, 0.5, 0.0])
    found = compare_methods(a, b)
    assert found.error == pytest.approx((a - b).std(ddof=1) / np.sqrt(5))
    assert found.degrees == 4
    alone = compare_methods(a[:1], b[:1])
    assert (alone.error, alone.degrees) == (0.0, 0.0)
