"""A part of a mapping that many share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")


class Among(Mapping[str, V]):
    """A mapping as far as `keys` go, which must all be in it; it holds nothing of its own."""

    __slots__ = ("_keys", "_whole")

    def __init__(self, whole: Mapping[str, V], keys: Mapping[str, object]) -> None:
        self._whole = whole
        self._keys = keys

    def __getitem__(self, key: str) -> V:
        if key not in self._keys:
            raise KeyError(key)
        return self._whole[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return repr(dict(self))
