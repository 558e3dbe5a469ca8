"""Resampling over seeds and tasks."""

from __future__ import annotations

import numpy as np
import pytest

from harness.stats.resampling import two_way_interval, two_way_means

SCORES = np.random.default_rng(5).random((3, 20))


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_the_interval_leaves_as_much_on_either_side(level: float) -> None:
    means = two_way_means(SCORES, 500, seed=3)
    found = two_way_interval(SCORES, 500, seed=3, level=level)
    assert found.low == pytest.approx(np.quantile(means, (1 - level) / 2))
    assert found.high == pytest.approx(np.quantile(means, 1 - (1 - level) / 2))


def test_means_scatter_about_the_mean() -> None:
    means = two_way_means(SCORES, 4000)
    assert means.shape == (4000,)
    assert means.mean() == pytest.approx(SCORES.mean(), abs=0.01)
    rest = SCORES - SCORES.mean(axis=0) - SCORES.mean(axis=1, keepdims=True) + SCORES.mean()
    variance = SCORES.mean(axis=1).var() / 3 + SCORES.mean(axis=0).var() / 20 + rest.var() / 60
    assert means.std() == pytest.approx(np.sqrt(variance), rel=0.1)
