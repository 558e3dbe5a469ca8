"""Conjunctive queries over facts: compiled once to a chain of steps, each of which narrows or extends a binding."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from envs.alfworld.engine.facts import NOTHING, Arguments, Facts
from envs.alfworld.engine.normal import Literal
from envs.alfworld.engine.pddl import EQUALS, ROOT_TYPE, Variable

Binding: TypeAlias = list[str]
Found: TypeAlias = "list[Arguments] | None"
# A step gets the facts, the binding (one place for each variable and constant) and the list for solutions. It says
# whether to stop: without a list, the first solution does.
Step: TypeAlias = Callable[[Facts, Binding, Found], bool]


class Query:
    """A conjunction of literals with some variables given and the others to be found.

    Parameters
    ----------
    given : sequence of str
        Names of the variables whose values the caller gives.
    sought : sequence of Variable
        The variables to be found.
    literals : sequence of Literal
        What must hold. Any name that is no variable is a constant.
    fluents : container of str
        Predicates that change during play. They are the selective ones, so that the search begins with them.
    """

    def __init__(
        self, given: Sequence[str], sought: Sequence[Variable], literals: Sequence[Literal], fluents: Container[str]
    ) -> None:
        names = [*given, *(variable.name for variable in sought)]
        constants = {name for literal in literals for name in literal.atom.arguments if name not in names}
        self._tail = [*("" for _ in sought), *sorted(constants)]
        places = {name: place for place, name in enumerate([*names, *sorted(constants)])}
        types = {variable.name: variable.type for variable in sought}
        known = {*given, *constants}
        order: list[Literal | Variable] = []
        rest = list(literals)
        while rest or not known.issuperset(names):
            following = _next(rest, [variable for variable in sought if variable.name not in known], known, fluents)
            order.append(following)
            if isinstance(following, Variable):
                known.add(following.name)
            else:
                rest.remove(following)
                known.update(following.atom.arguments)

        self._first: Step = _Collect(itemgetter(slice(len(names))))
        later = known
        for part in reversed(order):
            fresh = {part.name} if isinstance(part, Variable) else set(part.atom.arguments)
            before = {*given, *constants}
            for earlier in order[: order.index(part)]:
                before.update([earlier.name] if isinstance(earlier, Variable) else earlier.atom.arguments)
            later = fresh - before
            self._first = _step(part, later, places, types, self._first)

    def solutions(self, facts: Facts, given: Sequence[str]) -> list[Arguments]:
        """The values of the given and the sought variables, one tuple a solution, in no order."""
        found: list[Arguments] = []
        self._first(facts, [*given, *self._tail], found)
        return found

    def holds(self, facts: Facts, given: Sequence[str]) -> bool:
        """Whether there is a solution."""
        return self._first(facts, [*given, *self._tail], None)
