"""From vectors to groups: exactly k of them, none empty, whatever the algorithm answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from harness.core.clustering import Cluster, Vectors
from harness.core.errors import HarnessError

T = TypeVar("T")


def assign(cluster: Cluster, vectors: Vectors, *, k: int, seed: int) -> tuple[list[int], str]:
    """Return a label in 0..k-1 for each vector, each label used, and the reason for an even split (empty if none).

    Progressive merging counts on a list that gets shorter. One cluster that takes all members, or one for each, would
    leave it as long as it was; an empty cluster would shorten it by more than the paper's bound assumes.
    """
    if len({(row + 0.0).tobytes() for row in vectors}) < k:  # + 0.0: -0.0 equals 0.0
        return even_split(vectors, k), "fewer distinct modules than clusters"
    labels = list(cluster(vectors, k, seed))
    if len(labels) != len(vectors) or len(set(labels)) != k:
        return even_split(vectors, k), f"{len(set(labels))} clusters of {len(labels)} modules in place of {k}"
    names = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return [names[label] for label in labels], ""


def even_split(vectors: Vectors, k: int) -> list[int]:
    """Assign to `k` clusters whose sizes differ by at most one, neighbours in similarity together.

    Similarity order: start at the first vector and continue with the one most similar to the last; the earlier one
    wins a tie.
    """
    order, free = [0], np.ones(len(vectors), dtype=bool)
    free[0] = False
    while free.any():
        similarity = np.where(free, vectors @ vectors[order[-1]], -np.inf)
        order.append(int(np.argmax(similarity)))
        free[order[-1]] = False
    labels = [0] * len(order)
    for label, members in enumerate(np.array_split(np.array(order), k)):
        for member in members.tolist():
            labels[member] = label
    return labels


def grouped(members: Sequence[T], labels: Sequence[int], *, k: int) -> list[list[T]]:
    """Return the members of each of the `k` clusters, in the members' order.

    Raises
    ------
    HarnessError
        If the labels do not fit the members: a journal from elsewhere holds another assignment.
    """
    if len(labels) != len(members) or set(labels) != set(range(k)):
        raise HarnessError(f"the journal's cluster assignment does not divide {len(members)} modules into {k} groups")
    return [[member for member, label in zip(members, labels, strict=True) if label == group] for group in range(k)]


def name_of(cluster: Cluster) -> str:
    """Return the name of an algorithm, also of one with arguments bound to it."""
    return str(getattr(getattr(cluster, "func", cluster), "__name__", type(cluster).__name__))
