"""A set of keys that stays small: eight bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left

SPILL = 1 << 16
"""So many keys are held as Python's integers, which take eight times as much."""


class KeySet:
    """The first 64 bits of each digest: recent ones in a set, the others in one sorted array.

    The array is sorted anew with each `SPILL` keys, less than a microsecond for each of them up to millions of keys. A
    look-up halves it some twenty times; where several arrays had to be looked through, one took four times as long.
    """

    def __init__(self) -> None:
        self._recent: set[int] = set()
        self._sorted = array("Q")

    def add(self, key: str) -> bool:
        """Add a digest (hex digits) and return whether it is new."""
        return self.add_number(int(key[:16], 16))

    def add_number(self, short: int) -> bool:
        """Add a number of 64 bits and return whether it is new."""
        if self._has(short):
            return False
        self._recent.add(short)
        if len(self._recent) >= SPILL:
            self._spill()
        return True

    def __contains__(self, key: str) -> bool:
        return self._has(int(key[:16], 16))

    def __len__(self) -> int:
        return len(self._recent) + len(self._sorted)

    def _has(self, short: int) -> bool:
        if short in self._recent:
            return True
        at = bisect_left(self._sorted, short)
        return at < len(self._sorted) and self._sorted[at] == short

    def _spill(self) -> None:
        import numpy as np

        self._sorted.extend(self._recent)
        np.frombuffer(self._sorted, np.uint64).sort()  # in place
        self._recent.clear()
