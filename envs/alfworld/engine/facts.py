"""The facts that hold in a game, found by predicate and by any one argument."""

from collections.abc import Iterable, Mapping, Set

Arguments = tuple[str, ...]

NOTHING: frozenset[Arguments] = frozenset()
NEGATION = "not_"


class Facts:
    """The facts of one state of one game.

    TextWorld's grammars may ask for `not_p(...)`. To TextWorld that is a fact as any other: it begins to hold when an
    action makes `p(...)` false, not before, and ends when one makes it true.

    Parameters
    ----------
    members : Mapping of str to set of str
        The objects of each type.
    initial : iterable of (str, tuple of str)
        The facts to begin with: predicate and arguments.

    Attributes
    ----------
    of : dict of str to set of tuple
        The arguments for which each predicate holds.
    at : dict of (str, int, str) to set of tuple
        The same by predicate, position and the argument at that position.
    """

    __slots__ = ("at", "members", "of")

    def __init__(self, members: Mapping[str, Set[str]], initial: Iterable[tuple[str, Arguments]]) -> None:
        self.members = members
        self.of: dict[str, set[Arguments]] = {}
        self.at: dict[tuple[str, int, str], set[Arguments]] = {}
        for predicate, arguments in initial:
            self._insert(predicate, arguments)

    def make_true(self, predicate: str, arguments: Arguments) -> None:
        """Let the fact hold from now on."""
        self._delete(NEGATION + predicate, arguments)
        self._insert(predicate, arguments)

    def make_false(self, predicate: str, arguments: Arguments) -> None:
        """Let the fact hold no longer."""
        self._delete(predicate, arguments)
        self._insert(NEGATION + predicate, arguments)

    def _insert(self, predicate: str, arguments: Arguments) -> None:
        self.of.setdefault(predicate, set()).add(arguments)
        for position, argument in enumerate(arguments):
            self.at.setdefault((predicate, position, argument), set()).add(arguments)

    def _delete(self, predicate: str, arguments: Arguments) -> None:
        self.of.get(predicate, set()).discard(arguments)
        for position, argument in enumerate(arguments):
            self.at.get((predicate, position, argument), set()).discard(arguments)
