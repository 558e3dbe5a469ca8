"""Conjunctive queries over facts, compiled once to a chain of steps."""

from collections.abc import Container, Iterator, Sequence

from envs.alfworld.engine.facts import Arguments, Facts, Typing
from envs.alfworld.engine.normal import Literal
from envs.alfworld.engine.pddl import EQUALS, ROOT_TYPE, Atom, Variable
from envs.alfworld.engine.steps import Constants, Holds, Joined, Members, Picker, Row, Same, Step, picker


class Query:
    """A conjunction of literals with some variables given and the others to be found.

    Parameters
    ----------
    given : sequence of str
        Names of the variables whose values the caller gives.
    sought : sequence of Variable
        The variables to be found.
    literals : sequence of Literal
        What must hold. A name that is no variable is a constant.
    fluents : container of str
        The predicates that change during play: the selective ones, where the search begins.

    Attributes
    ----------
    steps : tuple of Step
        What leads from the row of the given values to the rows of all solutions.
    """

    __slots__ = ("_columns", "_pick", "steps")

    def __init__(
        self, given: Sequence[str], sought: Sequence[Variable], *, literals: Sequence[Literal], fluents: Container[str]
    ) -> None:
        columns = list(given)
        self.steps: tuple[Step, ...] = tuple(
            step
            for part, new in _ordered(sought, literals, fluents=fluents)
            for step in _steps(part, new, columns=columns)
        )
        self._columns = tuple(columns)
        self._pick = self.picker([*given, *(variable.name for variable in sought)])

    def picker(self, names: Sequence[str]) -> Picker:
        """What picks some variables' values from a row of the last step."""
        return picker([self._columns.index(name) for name in names])

    @property
    def typings(self) -> set[Typing]:
        """What the steps ask of objects' types."""
        return {typing for step in self.steps if isinstance(step, Joined) for typing in step.typings}

    def solutions(self, facts: Facts, given: Arguments) -> list[Arguments]:
        """The values of the given and then the sought variables, one tuple a solution, in no order."""
        return [*map(self._pick, self._rows(facts, given))]

    def holds(self, facts: Facts, given: Arguments) -> bool:
        """Whether there is a solution."""
        return bool(self._rows(facts, given))

    def _rows(self, facts: Facts, given: Arguments) -> list[Row]:
        rows = [given]
        follows = facts.searches.get(self)
        if follows is None:
            follows = facts.searches[self] = [step.among(facts) for step in self.steps]
        for follow in follows:
            rows = follow(rows)
            if not rows:
                break
        return rows


def _ordered(
    sought: Sequence[Variable], literals: Sequence[Literal], *, fluents: Container[str]
) -> list[tuple[Literal | Variable, list[Variable]]]:
    """Each literal, or variable that no fact binds, in the order of the search, with the variables it binds.

    What has nothing to do with facts that change goes first. Then tests, as soon as their variables are known; then
    facts that share a known name; then other facts; and the members of a type last.
    """
    rest, unknown = list(literals), {variable.name: variable for variable in sought}
    fixed = _fixed(literals, unknown, fluents=fluents)
    order: list[tuple[Literal | Variable, list[Variable]]] = []

    def rank(literal: Literal) -> tuple[bool, bool, bool, bool]:
        shares = any(name not in unknown for name in literal.atom.arguments)
        return literal not in fixed, _is_open(literal, unknown), not shares, literal.atom.predicate not in fluents

    while rest or unknown:
        usable = [one for one in rest if _binds(one) or not _is_open(one, unknown)]
        if usable:
            part = min(usable, key=rank)
            rest.remove(part)
            names = dict.fromkeys(part.atom.arguments)
            order.append((part, [unknown.pop(name) for name in names if name in unknown]))
        else:
            name = next(iter(unknown))
            order.append((unknown.pop(name), []))
    return order


def _fixed(literals: Sequence[Literal], variables: Container[str], *, fluents: Container[str]) -> set[Literal]:
    """The literals that no chain of shared variables ties to one about facts that change; inequalities tie nothing."""
    rest = {literal for literal in literals if _binds(literal)}
    reached = {literal for literal in rest if literal.atom.predicate in fluents}
    while True:
        names = {name for literal in reached for name in literal.atom.arguments if name in variables}
        more = {literal for literal in rest - reached if not names.isdisjoint(literal.atom.arguments)}
        if not more:
            return rest - reached
        reached |= more


def _binds(literal: Literal) -> bool:
    return literal.positive and literal.atom.predicate != EQUALS


def _is_open(literal: Literal, unknown: Container[str]) -> bool:
    return any(name in unknown for name in literal.atom.arguments)


def _steps(part: Literal | Variable, new: Sequence[Variable], *, columns: list[str]) -> Iterator[Step]:
    """The steps for one part of the search; they add the columns that they bind."""
    if isinstance(part, Variable):
        columns.append(part.name)
        yield Members(part.type)
        return
    variables = {variable.name for variable in new}
    constants = [name for name in dict.fromkeys(part.atom.arguments) if name not in {*columns, *variables}]
    if constants:
        columns += constants
        yield Constants(tuple(constants))
    places = [columns.index(name) for name in part.atom.arguments if name not in variables]
    if new:
        yield from _joined(part.atom, new, columns=columns)
    elif part.atom.predicate == EQUALS:
        yield Same(places[0], places[1], part.positive)
    else:
        yield Holds(part.atom.predicate, picker(places), part.positive)


def _joined(atom: Atom, new: Sequence[Variable], *, columns: list[str]) -> Iterator[Step]:
    """Extend each row by the facts that fit: all their arguments become columns, those known before as well."""
    width = len(columns)
    known = [(position, columns.index(name)) for position, name in enumerate(atom.arguments) if name in columns]
    position, column = known[0] if known else (None, -1)
    columns += atom.arguments
    typings = tuple(
        Typing(atom.predicate, atom.arguments.index(variable.name), variable.type)
        for variable in new
        if variable.type != ROOT_TYPE
    )
    yield Joined(atom.predicate, len(atom.arguments), at=position, column=column, typings=typings)
    for place, name in enumerate(atom.arguments):
        before, here = columns.index(name), width + place
        if before != here and (place, before) not in known[:1]:
            yield Same(before, here, positive=True)
