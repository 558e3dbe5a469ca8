"""Several methods: Holm as statsmodels has it, ranks by significance, pass@k by counting."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from harness.stats.attempts import pass_at_k
from harness.stats.several import holm, rank


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_that_of_statsmodels(values: list[float]) -> None:
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1])


def test_rank_counts_those_that_are_significantly_better() -> None:
    rng = np.random.default_rng(0)
    good, alike, bad = (rng.random((5, 200)) < share for share in (0.85, 0.83, 0.3))
    ranking = rank([bad, good, alike])
    assert ranking.ranks == (3, 1, 1)
    assert ranking.adjusted[1, 2] > 0.05


def test_methods_that_cannot_be_told_apart_are_all_first() -> None:
    runs = np.random.default_rng(1).random((4, 3, 30)) < 0.5
    assert rank(list(runs)).ranks == (1, 1, 1, 1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=6), st.integers(1, 6))
def test_pass_at_k_is_the_mean_over_all_choices_of_k_attempts(rows: list[list[bool]], k: int) -> None:
    matrix = np.array(rows)
    found = pass_at_k(matrix, k)
    if k > len(rows):
        assert found is None
    else:
        by_hand = np.mean([matrix[list(chosen)].any(axis=0).mean() for chosen in combinations(range(len(rows)), k)])
        assert found == pytest.approx(by_hand)
