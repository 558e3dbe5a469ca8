"""What a twl2 grammar asks of the facts: a conjunction of atoms over typed variables."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from envs.alfworld.engine.facts import Facts
from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.normal import Literal
from envs.alfworld.engine.pddl import Atom, Variable
from envs.alfworld.engine.query import Query

_ATOM = re.compile(r"\s*([\w/-]+)\(([^()]*)\)\s*")
_PLACEHOLDER = re.compile(r"\s*([\w/-]+)\s*(?::\s*([\w/-]+)\s*)?")


@dataclass(frozen=True, slots=True)
class Context:
    """The objects at hand: by variable and type (`o:object`), as patterns name them, and by variable alone."""

    typed: dict[str, str]
    plain: dict[str, str]

    def extended(self, names: tuple[str, ...], values: tuple[str, ...]) -> "Context":
        """The context with more variables, named with their types."""
        more = dict(zip(names, values, strict=True))
        return Context(self.typed | more, self.plain | {name.partition(":")[0]: more[name] for name in names})


EMPTY_CONTEXT = Context({}, {})


@dataclass(frozen=True, slots=True)
class Pattern:
    """A conjunction, its variables in the order of their first appearance."""

    variables: tuple[Variable, ...]
    literals: tuple[Literal, ...]
    # A query for every set of variables that a context was found to give; filling it twice does no harm.
    _queries: dict[tuple[str, ...], Query] = field(default_factory=dict, compare=False, repr=False)

    @property
    def predicates(self) -> set[str]:
        """The predicates asked for."""
        return {literal.atom.predicate for literal in self.literals}

    def matches(self, facts: Facts, context: Context) -> list[Context]:
        """The context extended by each solution, in TextWorld's order.

        TextWorld goes through each atom's facts sorted by their arguments, atom by atom; and never gives two variables
        the same object.
        """
        given = tuple(context.typed)
        query = self._queries.get(given)
        if query is None:
            sought = [variable for variable in self.variables if variable.name not in context.typed]
            query = self._queries[given] = Query(given, sought, self.literals, ())
        names = tuple(variable.name for variable in self.variables if variable.name not in context.typed)
        taken = set(context.typed.values())
        found = [solution[len(given) :] for solution in query.solutions(facts, tuple(context.typed.values()))]
        distinct = [values for values in found if len(taken.union(values)) == len(taken) + len(values)]
        return [context.extended(names, values) for values in sorted(distinct)]


@lru_cache(maxsize=4096)
def parse_pattern(text: str) -> Pattern:
    """Parse a condition such as `openable(r:receptacle) & opened(r:receptacle)`.

    Raises
    ------
    MalformedError
        The text is no conjunction of atoms over variables.
    """
    literals = [_literal(part, text) for part in text.split("&")]
    names = dict.fromkeys(name for literal in literals for name in literal.atom.arguments)
    return Pattern(tuple(Variable(name, name.partition(":")[2]) for name in names), tuple(literals))


def _literal(part: str, text: str) -> Literal:
    atom = _ATOM.fullmatch(part)
    if atom is None:
        raise MalformedError(f"unknown condition {text.strip()!r} in the grammar")
    names = []
    for place in atom[2].split(",") if atom[2].strip() else []:
        placeholder = _PLACEHOLDER.fullmatch(place)
        if placeholder is None:
            raise MalformedError(f"unknown condition {text.strip()!r} in the grammar")
        # To TextWorld, a variable of another type is another variable, even where the names are the same.
        names.append(f"{placeholder[1]}:{placeholder[2] or placeholder[1]}")
    return Literal(Atom(atom[1], tuple(names)), positive=True)
