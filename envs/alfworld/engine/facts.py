"""The facts that hold in a game, found by predicate and by any one argument."""

from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Set
from typing import NamedTuple

Arguments = tuple[str, ...]

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
    at : dict of (str, int, int) to dict of str to set of tuple
        The same by predicate, number of arguments and position, and there by the argument at that position.
    sure : set of Typing
        Those of the typings that all facts keep.
    searches : dict
        The steps of each search that was made, for these facts.
    """

    __slots__ = ("at", "members", "of", "searches", "sure")

    def __init__(
        self,
        members: Mapping[str, Set[str]],
        initial: Iterable[tuple[str, Arguments]],
        typings: Iterable[Typing] = (),
    ) -> None:
        self.members = members
        self.searches: dict[Hashable, list[Callable[[list[Arguments]], list[Arguments]]]] = {}
        self.of: dict[str, set[Arguments]] = {}
        self.at: dict[tuple[str, int, int], dict[str, set[Arguments]]] = {}
        for predicate, arguments in initial:
            self._insert(predicate, arguments)
        self.sure = frozenset(one for one in typings if self._keep(one))

    def copy(self, fluents: Container[str]) -> "Facts":
        """Facts that change apart from these ones, where nothing but the predicates `fluents` changes."""
        copied = Facts(self.members, ())
        copied.sure = self.sure
        copied.of, copied.at = dict(self.of), dict(self.at)
        for predicate, facts in self.of.items():
            if predicate in fluents or predicate.removeprefix(NEGATION) in fluents:
                copied.of[predicate] = set(facts)
        for key, index in self.at.items():
            if copied.of[key[0]] is not self.of[key[0]]:
                copied.at[key] = {argument: set(facts) for argument, facts in index.items()}
        return copied

    def about(self, predicate: str) -> set[Arguments]:
        """The arguments for which a predicate holds, as a set that follows all changes."""
        return self.of.setdefault(predicate, set())

    def indexed(self, predicate: str, arity: int, *, position: int) -> dict[str, set[Arguments]]:
        """The same by the argument at a position, for facts with that number of arguments."""
        return self.at.setdefault((predicate, arity, position), {})

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
        arity = len(arguments)
        for position, argument in enumerate(arguments):
            index = self.indexed(predicate, arity, position=position)
            same = index.get(argument)
            if same is None:
                index[argument] = {arguments}
            else:
                same.add(arguments)

    def _delete(self, predicate: str, arguments: Arguments) -> None:
        if arguments not in self.of.get(predicate, NOTHING):
            return
        self.of[predicate].discard(arguments)
        for position, argument in enumerate(arguments):
            self.at[predicate, len(arguments), position][argument].discard(arguments)
