"""What a twl2 grammar asks of the facts: a conjunction of atoms over typed variables."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from envs.alfworld.engine.facts import Arguments, Facts
from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.normal import Literal
from envs.alfworld.engine.pddl import Atom, Variable
from envs.alfworld.engine.query import Query

_ATOM = re.compile(r"\s*([\w/-]+)\(([^()]*)\)\s*")
_PLACEHOLDER = re.compile(r"\s*([\w/-]+)\s*(?::\s*([\w/-]+)\s*)?")

# Gives each solution: the objects at hand, and after them those that were sought.
Match: TypeAlias = Callable[[Facts, Arguments], list[Arguments]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A conjunction, its variables (with their types: `o:object`) in the order of their first appearance."""

    variables: tuple[Variable, ...]
    literals: tuple[Literal, ...]
    # Games share patterns: each is compiled once for the same objects at hand, and twice does no harm.
    _matches: dict[Arguments, tuple[Arguments, Match]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def predicates(self) -> set[str]:
        """The predicates asked for."""
        return {literal.atom.predicate for literal in self.literals}

    def among(self, given: Arguments) -> tuple[Arguments, Match]:
        """All variables after a match where those named in `given` are at hand, and the match itself.

        Solutions come in TextWorld's order, which goes through each atom's facts sorted by their arguments, atom by
        atom; and never gives two variables the same object.
        """
        known = self._matches.get(given)
        if known is None:
            known = self._matches[given] = self._compiled(given)
        return known

    def _compiled(self, given: Arguments) -> tuple[Arguments, Match]:
        sought = [variable for variable in self.variables if variable.name not in given]
        query = Query(given, sought, literals=self.literals, fluents=())
        if not sought:
            return given, lambda facts, values: [values] if query.holds(facts, values) else []
        return (*given, *(variable.name for variable in sought)), _distinct(query, len(given))


def _distinct(query: Query, given: int) -> Match:
    def match(facts: Facts, values: Arguments) -> list[Arguments]:
        found = query.solutions(facts, values)
        if not found:
            return found
        sought = len(found[0]) - given
        if sought == 1:
            return sorted([one for one in found if one[-1] not in values])
        size = len(set(values)) + sought
        return sorted([one for one in found if len(set(one)) == size])

    return match


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
