"""What an embedding is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
"""Shape (texts, dimensions)."""

Compute = Callable[[], Awaitable[Any]]

Effect = Callable[[str, Any, Compute], Awaitable[Any]]
"""Journals what comes from outside: kind, inputs and computation, as `Door.effect` takes them."""


class Embedder(Protocol):
    """Turns texts into vectors."""

    def identity(self) -> dict[str, Any]:
        """Return what the vectors depend on besides the texts."""
        ...

    async def __call__(self, texts: Sequence[str], effect: Effect) -> Vectors:
        """Return one vector a text, rows of unit length, or zero for a text that says nothing."""
        ...


def unit(vectors: Vectors) -> Vectors:
    """Return the rows scaled to unit length; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0), dtype=np.float64)
