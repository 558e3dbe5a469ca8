"""Conditions as alternatives: each a conjunction of literals over variables, some of them existential."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, product

from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.pddl import And, Atom, Condition, Exists, Not, Or, Variable


@dataclass(frozen=True, slots=True)
class Literal:
    """An atom that must hold, or must not."""

    atom: Atom
    positive: bool


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Literals that must all be so, for some values of the existential variables."""

    variables: tuple[Variable, ...]
    literals: tuple[Literal, ...]


def alternatives(condition: Condition) -> tuple[Conjunction, ...]:
    """The condition in disjunctive normal form; it holds where some alternative does.

    Raises
    ------
    MalformedError
        A negated existential condition, which would take a universal one.
    """
    return tuple(_expand(condition, {}, True, count(1)))


def _expand(part: Condition, names: Mapping[str, str], positive: bool, serial: Iterator[int]) -> list[Conjunction]:
    match part:
        case Atom(predicate, arguments):
            renamed = Atom(predicate, tuple(names.get(name, name) for name in arguments))
            return [Conjunction((), (Literal(renamed, positive),))]
        case Not(inner):
            return _expand(inner, names, not positive, serial)
        case Exists(variables, inner):
            if not positive:
                raise MalformedError("unknown PDDL construct (not (exists ...))")
            # The same name may be quantified twice in one condition, so that each gets a name of its own.
            fresh = {variable.name: f"{variable.name}#{next(serial)}" for variable in variables}
            bound = tuple(Variable(fresh[variable.name], variable.type) for variable in variables)
            found = _expand(inner, {**names, **fresh}, positive, serial)
            return [Conjunction(bound + one.variables, one.literals) for one in found]
        case And(parts) | Or(parts):
            branches = [_expand(inner, names, positive, serial) for inner in parts]
            if isinstance(part, And) is positive:
                return [_join(choice) for choice in product(*branches)]
            return [one for branch in branches for one in branch]


def _join(choice: tuple[Conjunction, ...]) -> Conjunction:
    return Conjunction(
        tuple(variable for one in choice for variable in one.variables),
        tuple(literal for one in choice for literal in one.literals),
    )
