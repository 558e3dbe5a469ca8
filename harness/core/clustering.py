"""What a clustering algorithm is: `Lab.cluster` takes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]


class Cluster(Protocol):
    """Assigns n vectors, shape (n, dimensions), to `k` clusters, 2 <= k < n.

    Returns a label for each vector. `Lab.cluster` replaces an assignment that does not have exactly `k` distinct
    labels by an even split.
    """

    def __call__(self, vectors: Vectors, k: int, seed: int) -> Sequence[int]:
        """Return the labels."""
        ...
