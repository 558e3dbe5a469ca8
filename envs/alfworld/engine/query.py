"""Conjunctive queries over facts: compiled once to a chain of steps, each of which narrows or extends a binding."""

from collections.abc import Callable, Container, Sequence
from operator import itemgetter
from typing import TypeAlias

from envs.alfworld.engine.facts import NOTHING, Arguments, Facts
from envs.alfworld.engine.normal import Literal
from envs.alfworld.engine.pddl import EQUALS, ROOT_TYPE, Atom, Variable

# One place for each given variable, each sought variable and each constant.
Binding: TypeAlias = list[str]
# A step gets the facts, the binding and the list for solutions, and says whether to stop: where there is no list, the
# first solution is enough.
Step: TypeAlias = "Callable[[Facts, Binding, list[Arguments] | None], bool]"
Picker: TypeAlias = Callable[[Sequence[str]], Arguments]


def picker(places: Sequence[int]) -> Picker:
    """A function that picks the values at these places as a tuple."""
    if not places:
        return lambda _values: ()
    if len(places) == 1:
        place = places[0]
        return lambda values: (values[place],)
    return itemgetter(*places)


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
    """

    __slots__ = ("_first", "_tail")

    def __init__(
        self, given: Sequence[str], sought: Sequence[Variable], literals: Sequence[Literal], fluents: Container[str]
    ) -> None:
        variables = [*given, *(variable.name for variable in sought)]
        used = (name for literal in literals for name in literal.atom.arguments)
        constants = [name for name in dict.fromkeys(used) if name not in variables]
        places = {name: place for place, name in enumerate([*variables, *constants])}
        step: Step = _collect(len(variables))
        for part, new in reversed(_ordered(sought, literals, fluents)):
            for variable in new:
                if variable.type != ROOT_TYPE:
                    step = _of_type(places[variable.name], variable.type, step)
            if isinstance(part, Variable):
                step = _any_member(places[part.name], part.type, step)
            elif new:
                step = _any_fact(part.atom, places, {variable.name for variable in new}, step)
            elif part.atom.predicate == EQUALS:
                left, right = part.atom.arguments
                step = _equal(places[left], places[right], part.positive, step)
            else:
                step = _fact(part.atom.predicate, picker([places[n] for n in part.atom.arguments]), part.positive, step)
        self._first = step
        self._tail = ["" for _ in sought] + constants

    def solutions(self, facts: Facts, given: Sequence[str]) -> list[Arguments]:
        """The values of the given and then the sought variables, one tuple a solution, in no order."""
        found: list[Arguments] = []
        self._first(facts, [*given, *self._tail], found)
        return found

    def holds(self, facts: Facts, given: Sequence[str]) -> bool:
        """Whether there is a solution."""
        return self._first(facts, [*given, *self._tail], None)


def _ordered(
    sought: Sequence[Variable], literals: Sequence[Literal], fluents: Container[str]
) -> list[tuple[Literal | Variable, list[Variable]]]:
    """Each literal, or variable that no fact binds, in the order of the search, with the variables it binds.

    Tests go first, as soon as their variables are known; then facts that share a known name; then other facts; and the
    members of a type last.
    """
    rest, unknown = list(literals), {variable.name: variable for variable in sought}
    order: list[tuple[Literal | Variable, list[Variable]]] = []

    def rank(literal: Literal) -> tuple[bool, bool, bool]:
        shares = any(name not in unknown for name in literal.atom.arguments)
        return _is_open(literal, unknown), not shares, literal.atom.predicate not in fluents

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


def _binds(literal: Literal) -> bool:
    return literal.positive and literal.atom.predicate != EQUALS


def _is_open(literal: Literal, unknown: Container[str]) -> bool:
    return any(name in unknown for name in literal.atom.arguments)


def _collect(length: int) -> Step:
    def step(_facts: Facts, binding: Binding, found: list[Arguments] | None) -> bool:
        if found is None:
            return True
        found.append(tuple(binding[:length]))
        return False

    return step


def _of_type(place: int, type_name: str, then: Step) -> Step:
    def step(facts: Facts, binding: Binding, found: list[Arguments] | None) -> bool:
        return binding[place] in facts.members.get(type_name, ()) and then(facts, binding, found)

    return step


def _any_member(place: int, type_name: str, then: Step) -> Step:
    def step(facts: Facts, binding: Binding, found: list[Arguments] | None) -> bool:
        for name in facts.members.get(type_name, ()):
            binding[place] = name
            if then(facts, binding, found):
                return True
        return False

    return step


def _equal(left: int, right: int, positive: bool, then: Step) -> Step:
    def step(facts: Facts, binding: Binding, found: list[Arguments] | None) -> bool:
        return (binding[left] == binding[right]) is positive and then(facts, binding, found)

    return step


def _fact(predicate: str, pick: Picker, positive: bool, then: Step) -> Step:
    def step(facts: Facts, binding: Binding, found: list[Arguments] | None) -> bool:
        return (pick(binding) in facts.of.get(predicate, NOTHING)) is positive and then(facts, binding, found)

    return step


def _any_fact(atom: Atom, places: dict[str, int], new: set[str], then: Step) -> Step:
    predicate = atom.predicate
    known = [(position, places[name]) for position, name in enumerate(atom.arguments) if name not in new]
    binds = [(position, places[name]) for position, name in enumerate(atom.arguments) if name in new]
    # With one known argument the index gives exactly the facts that fit; a variable may also stand twice in one atom.
    checks = [*known[1:], *binds] if len(known) > 1 or len(binds) > len(new) else []
    position_known, place_known = known[0] if known else (-1, -1)

    def step(facts: Facts, binding: Binding, found: list[Arguments] | None) -> bool:
        if known:
            candidates = facts.at.get((predicate, position_known, binding[place_known]), NOTHING)
        else:
            candidates = facts.of.get(predicate, NOTHING)
        for arguments in candidates:
            for position, place in binds:
                binding[place] = arguments[position]
            if checks and any(binding[place] != arguments[position] for position, place in checks):
                continue
            if then(facts, binding, found):
                return True
        return False

    return step
