"""The steps of a search for facts: each narrows or extends the rows that were found so far, all of them at once."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Protocol, TypeAlias

from envs.alfworld.engine.facts import NOTHING, Arguments, Facts, Typing

# Values of the variables found so far; all rows of a search have the same ones in the same columns.
Row: TypeAlias = Arguments
Picker: TypeAlias = Callable[[Sequence[str]], Arguments]
# Gives the rows that follow from some rows.
Follow: TypeAlias = Callable[[list[Row]], list[Row]]


class Step(Protocol):
    """One step; two steps that do the same are equal, so that searches can share them."""

    @property
    def predicate(self) -> str:
        """The predicate whose facts the step looks at; empty where it looks at none."""
        ...

    def among(self, facts: Facts) -> Follow:
        """Return the step for some facts; it follows their changes."""
        ...


def picker(places: Sequence[int]) -> Picker:
    """Return a function that picks the values at these places as a tuple; for the same places, the same function."""
    return _picker(tuple(places))


@lru_cache(maxsize=4096)
def _picker(places: tuple[int, ...]) -> Picker:
    if not places:
        return lambda _values: ()
    if len(places) == 1:
        place = places[0]
        return lambda values: (values[place],)
    return itemgetter(*places)


@dataclass(frozen=True, slots=True)
class Constants:
    """Add columns that hold these objects."""

    values: Arguments
    predicate: str = ""

    def among(self, _facts: Facts) -> Follow:
        """See `Step`."""
        values = self.values
        return lambda rows: [row + values for row in rows]


@dataclass(frozen=True, slots=True)
class Members:
    """Extend each row by each object of a type."""

    type_name: str
    predicate: str = ""

    def among(self, facts: Facts) -> Follow:
        """See `Step`."""
        members = facts.members.get(self.type_name, frozenset())
        return lambda rows: [(*row, name) for name in members for row in rows]


@dataclass(frozen=True, slots=True)
class Same:
    """Keep the rows that have (or do not have) the same object in two columns."""

    left: int
    right: int
    positive: bool
    predicate: str = ""

    def among(self, _facts: Facts) -> Follow:
        """See `Step`."""
        left, right = self.left, self.right
        if self.positive:
            return lambda rows: [row for row in rows if row[left] == row[right]]
        return lambda rows: [row for row in rows if row[left] != row[right]]


@dataclass(frozen=True, slots=True)
class Holds:
    """Keep the rows for which a fact holds (or does not hold)."""

    predicate: str
    arguments: Picker
    positive: bool

    def among(self, facts: Facts) -> Follow:
        """See `Step`."""
        pick, known = self.arguments, facts.about(self.predicate)
        if self.positive:
            return lambda rows: [row for row in rows if pick(row) in known]
        return lambda rows: [row for row in rows if pick(row) not in known]


@dataclass(frozen=True, slots=True)
class Joined:
    """Extend each row by the arguments of each fact, or of each that has the row's own value at one position.

    `at` is that position (None for all facts) and `column` the row's; `typings` has what the facts' objects must be.
    """

    predicate: str
    arity: int
    at: int | None
    column: int
    typings: tuple[Typing, ...]

    def among(self, facts: Facts) -> Follow:
        """See `Step`."""
        follow = self._joined(facts)
        for typing in self.typings:
            if typing not in facts.sure:
                follow = _typed(
                    follow, typing.position - self.arity, members=facts.members.get(typing.type, frozenset())
                )
        return follow

    def _joined(self, facts: Facts) -> Follow:
        arity, column = self.arity, self.column
        if self.at is None:
            known = facts.about(self.predicate)
            return lambda rows: [row + fact for fact in known if len(fact) == arity for row in rows]
        with_value = facts.indexed(self.predicate, arity, position=self.at).get
        return lambda rows: [row + fact for row in rows for fact in with_value(row[column], NOTHING)]


def _typed(follow: Follow, column: int, *, members: Set[str]) -> Follow:
    return lambda rows: [row for row in follow(rows) if row[column] in members]
