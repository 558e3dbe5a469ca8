"""Two trained agents on the same tasks: checked against statsmodels, scipy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as reference

from harness.stats.detectable import one_sided_needed, smallest_detectable
from harness.stats.paired import clustered_bootstrap, compare_paired, mcnemar, paired_p_value


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_that_of_statsmodels(wins: int, losses: int) -> None:
    expected = reference([[7, wins], [losses, 9]], exact=True).pvalue if wins + losses else 1.0
    assert mcnemar(wins, losses) == pytest.approx(expected)


def test_gaia_of_the_paper_14_against_13_tasks_says_nothing() -> None:
    fgo, all_at_once = np.zeros(60), np.zeros(60)
    fgo[:14] = 1
    all_at_once[1:14] = 1
    pair = compare_paired(fgo, all_at_once)
    assert (pair.wins, pair.losses, pair.ties) == (1, 0, 59)
    assert pair.p_value == 1.0
    assert pair.detectable >= 6 / 60


def test_six_wins_and_no_loss_are_the_least_that_is_significant() -> None:
    assert one_sided_needed() == 6
    assert mcnemar(6, 0) < 0.05 < mcnemar(5, 0)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=12))
def test_flipping_signs_is_mcnemar_where_both_apply(differences: list[float]) -> None:
    exact = paired_p_value(differences)
    halves = paired_p_value([d / 2 for d in differences])
    assert halves == pytest.approx(exact, abs=1e-9)


def test_trials_of_a_task_count_as_one_task() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 2, 30), rng.integers(0, 2, 30)
    once = compare_paired(a, b)
    assert compare_paired(np.repeat(a[:, None], 5, axis=1), np.repeat(b[:, None], 5, axis=1)) == once


def test_a_comparison_is_deterministic_and_antisymmetric() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 2, 134), rng.integers(0, 2, 134)
    there, back = compare_paired(a, b), compare_paired(b, a)
    assert there == compare_paired(a, b)
    assert (there.wins, there.difference, there.p_value) == (back.losses, -back.difference, back.p_value)


def test_agents_that_never_differ_may_still_differ_on_a_task_not_seen() -> None:
    low, high = clustered_bootstrap(np.zeros(60))
    assert low == -high
    assert high == pytest.approx(3 / 60, rel=0.01)


def test_other_tasks_are_refused() -> None:
    with pytest.raises(ValueError, match="same tasks"):
        compare_paired([1, 0], [1, 0, 1])


def test_the_detectable_difference_is_found_as_often_as_said() -> None:
    rng = np.random.default_rng(4)
    error, n = 0.1, 30
    shift = smallest_detectable(error, n - 1)
    samples = rng.normal(shift, error * np.sqrt(n), (4000, n))
    t = samples.mean(axis=1) / (samples.std(axis=1, ddof=1) / np.sqrt(n))
    assert (np.abs(t) > 2.045).mean() == pytest.approx(0.8, abs=0.02)
