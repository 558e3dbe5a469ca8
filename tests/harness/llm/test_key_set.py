"""Keys that were seen are known, however many there are."""

from __future__ import annotations

import random
import tracemalloc
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.llm import key_set
from harness.llm.key_set import KeySet


def key(number: int) -> str:
    return sha256(b"%d" % number).hexdigest()


@settings(deadline=None)  # its first example imports numpy
@given(st.lists(st.integers(0, 60), max_size=200))
def test_it_is_a_set(numbers: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_set, "SPILL", 8)
        keys, seen = KeySet(), set[int]()
        for number in numbers:
            assert keys.add(key(number)) is (number not in seen)
            seen.add(number)
        assert len(keys) == len(seen)


def test_many_keys_take_eight_bytes_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_set, "SPILL", 64)
    keys, numbers = KeySet(), list(range(5000))
    random.Random(0).shuffle(numbers)
    tracemalloc.start()
    try:
        assert all(keys.add(key(number)) for number in numbers)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 5000 * 10 + 64 * 100
    assert not any(keys.add(key(number)) for number in numbers)
    assert not any(key(number) in keys for number in range(5000, 6000))
    assert len(keys) == 5000


def test_the_largest_and_the_smallest_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_set, "SPILL", 2)
    keys = KeySet()
    ends = ("0" * 64, "f" * 64)
    assert [keys.add(end) for end in ends * 2] == [True, True, False, False]
