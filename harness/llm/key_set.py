"""A set of keys that stays small: eight bytes each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import uint64
    from numpy.typing import NDArray

SPILL = 1 << 16
"""So many keys are held as Python's integers, which take eight times as much."""


class KeySet:
    """The first 64 bits of each digest: recent ones in a set, the others in sorted arrays, the largest first."""

    def __init__(self) -> None:
        self._recent: set[int] = set()
        self._parts: list[NDArray[uint64]] = []

    def add(self, key: str) -> bool:
        """Add a digest (hex digits) and return whether it is new."""
        return self.add_number(int(key[:16], 16))

    def add_number(self, short: int) -> bool:
        """Add a number of 64 bits and return whether it is new."""
        if short in self._recent or (self._parts and self._has(short)):
            return False
        self._recent.add(short)
        if len(self._recent) >= SPILL:
            self._spill()
        return True

    def __contains__(self, key: str) -> bool:
        return self._has(int(key[:16], 16))

    def __len__(self) -> int:
        return len(self._recent) + sum(len(part) for part in self._parts)

    @property
    def sizes(self) -> list[int]:
        """How many keys each sorted array holds, the largest first."""
        return [len(part) for part in self._parts]

    def _has(self, short: int) -> bool:
        return short in self._recent or any(_holds(part, short) for part in self._parts)

    def _spill(self) -> None:
        import numpy as np

        part = np.fromiter(self._recent, np.uint64, len(self._recent))
        while self._parts and len(self._parts[-1]) <= len(part):
            part = np.concatenate((self._parts.pop(), part))
        part.sort()
        self._parts.append(part)
        self._recent.clear()


def _holds(part: NDArray[uint64], short: int) -> bool:
    at = int(part.searchsorted(part.dtype.type(short)))
    return at < len(part) and int(part[at]) == short
