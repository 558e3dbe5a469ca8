"""The facts that hold in a game, found by predicate and by any one argument."""

from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Set
from typing import NamedTuple

Arguments = tuple[str, ...]

Index = dict[str, set[Arguments]]

NOTHING: frozenset[Arguments] = frozenset()
NEGATION = "not_"


class Typing(NamedTuple):
    """That the facts of a predicate have an object of a type at a position."""

    predicate: str
    position: int
    type: str


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
    typings : iterable of Typing
        What no action breaks, as far as the facts to begin with keep it.

    Attributes
    ----------
    of : dict of str to set of tuple
        The arguments for which each predicate holds.
    sure : set of Typing
        Those of the typings that all facts keep.
    searches : dict
        The steps of each search that was made, for these facts.
    """

    __slots__ = ("_indexes", "members", "of", "searches", "sure")

    def __init__(
        self,
        members: Mapping[str, Set[str]],
        initial: Iterable[tuple[str, Arguments]],
        *,
        typings: Iterable[Typing] = (),
    ) -> None:
        self.members = members
        self.searches: dict[Hashable, list[Callable[[list[Arguments]], list[Arguments]]]] = {}
        self.of: dict[str, set[Arguments]] = {}
        self._indexes: dict[str, dict[tuple[int, int], Index]] = {}
        for predicate, arguments in initial:
            self._insert(predicate, arguments)
        self.sure = frozenset(one for one in typings if self._keep(one))

    def copy(self, fluents: Container[str]) -> "Facts":
        """Facts that change apart from these ones, where nothing but the predicates `fluents` changes."""
        copied = Facts(self.members, ())
        copied.sure = self.sure
        copied.of = dict(self.of)
        for predicate, facts in self.of.items():
            if predicate in fluents or predicate.removeprefix(NEGATION) in fluents:
                copied.of[predicate] = set(facts)
            else:  # what one of them looks up is found for all
                copied._indexes[predicate] = self._indexes.setdefault(predicate, {})
        return copied

    def about(self, predicate: str) -> set[Arguments]:
        """The arguments for which a predicate holds, as a set that follows all changes."""
        return self.of.setdefault(predicate, set())

    def indexed(self, predicate: str, arity: int, *, position: int) -> Index:
        """The same by the argument at a position, for facts with that number of arguments.

        An index is made when it is first asked for: most facts are never looked up by most of their arguments.
        """
        indexes = self._indexes.setdefault(predicate, {})
        index = indexes.get((arity, position))
        if index is None:
            index = indexes[arity, position] = {}
            for fact in self.about(predicate):
                if len(fact) == arity:
                    index.setdefault(fact[position], set()).add(fact)
        return index

    def make_true(self, predicate: str, arguments: Arguments) -> None:
        """Let the fact hold from now on."""
        self._delete(NEGATION + predicate, arguments)
        self._insert(predicate, arguments)

    def make_false(self, predicate: str, arguments: Arguments) -> None:
        """Let the fact hold no longer."""
        self._delete(predicate, arguments)
        self._insert(NEGATION + predicate, arguments)

    def _keep(self, typing: Typing) -> bool:
        members, facts = self.members.get(typing.type, frozenset()), self.of.get(typing.predicate, NOTHING)
        return all(typing.position < len(fact) and fact[typing.position] in members for fact in facts)

    def _insert(self, predicate: str, arguments: Arguments) -> None:
        facts = self.about(predicate)
        if arguments in facts:
            return
        facts.add(arguments)
        indexes = self._indexes.get(predicate)
        if indexes:
            for (arity, position), index in indexes.items():
                if len(arguments) == arity:
                    same = index.get(arguments[position])
                    if same is None:
                        index[arguments[position]] = {arguments}
                    else:
                        same.add(arguments)

    def _delete(self, predicate: str, arguments: Arguments) -> None:
        if arguments not in self.of.get(predicate, NOTHING):
            return
        self.of[predicate].discard(arguments)
        indexes = self._indexes.get(predicate)
        if indexes:
            for (arity, position), index in indexes.items():
                if len(arguments) == arity:
                    index[arguments[position]].discard(arguments)
