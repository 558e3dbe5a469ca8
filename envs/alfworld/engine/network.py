"""The searches of all of a domain's actions as one network, so that what they share is searched once.

This is the idea of Forgy's Rete (1982): actions whose conditions begin alike share the first steps, and after a move
only those steps are taken again whose predicate changed or that build on such a step.
"""

from collections.abc import Container, Iterable

from envs.alfworld.engine.facts import Facts
from envs.alfworld.engine.query import Query
from envs.alfworld.engine.steps import Row, Step

ROOT = 0


class Network:
    """Chains of steps that begin in one root.

    Attributes
    ----------
    nodes : list of (int, Step)
        From node 1 on, each node's step and before it the node that it builds on, which always has a lower number.
    """

    def __init__(self) -> None:
        self.nodes: list[tuple[int, Step]] = []
        self._known: dict[tuple[int, Step], int] = {}

    def add(self, query: Query) -> int:
        """Add a query with no given values; return the node that has its solutions."""
        number = ROOT
        for step in query.steps:
            known = self._known.get((number, step))
            if known is None:
                known = self._known[number, step] = len(self.nodes) + 1
                self.nodes.append((number, step))
            number = known
        return number

    def affected(self, touched: Container[str]) -> tuple[int, ...]:
        """Return the nodes whose rows may change when the facts of these predicates do."""
        stale: dict[int, None] = {}
        for number, (parent, step) in enumerate(self.nodes, ROOT + 1):
            if parent in stale or step.predicate in touched:
                stale[number] = None
        return tuple(stale)


class Matches:
    """The rows of every node of a network for the facts of one game; `rows` has them by the node's number."""

    __slots__ = ("_nodes", "rows")

    def __init__(self, network: Network, facts: Facts) -> None:
        self._nodes = [(ROOT, _as_they_are), *((parent, step.among(facts)) for parent, step in network.nodes)]
        self.rows: list[list[Row]] = [[()], *([] for _ in network.nodes)]
        self.refresh(range(ROOT + 1, len(self.rows)))

    def refresh(self, nodes: Iterable[int]) -> None:
        """Find the rows of these nodes anew."""
        rows, known = self.rows, self._nodes
        for number in nodes:
            parent, follow = known[number]
            above = rows[parent]
            if above:
                rows[number] = follow(above)
            elif rows[number]:
                rows[number] = []


def _as_they_are(rows: list[Row]) -> list[Row]:
    return rows
