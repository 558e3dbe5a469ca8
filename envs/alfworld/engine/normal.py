"""Conditions as alternatives: each a conjunction of literals over variables, some of them existential."""

from collections.abc import Mapping
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
    serial = count(1)

    def expand(part: Condition, names: Mapping[str, str], positive: bool) -> list[Conjunction]:
        match part:
            case Atom(predicate, arguments):
                renamed = Atom(predicate, tuple(names.get(name, name) for name in arguments))
                return [Conjunction((), (Literal(renamed, positive),))]
            case Not(inner):
                return expand(inner, names, not positive)
            case Exists(variables, inner):
                if not positive:
                    raise MalformedError("unknown PDDL construct (not (exists ...))")
                # The same name may be quantified twice in one condition, so that each gets a name of its own.
                fresh = {variable.name: f"{variable.name}#{next(serial)}" for variable in variables}
                bound = tuple(Variable(fresh[variable.name], variable.type) for variable in variables)
                found = expand(inner, {**names, **fresh}, positive)
                return [Conjunction(bound + one.variables, one.literals) for one in found]
            case And(parts) | Or(parts):
                branches = [expand(inner, names, positive) for inner in parts]
                if isinstance(part, And) is positive:
                    return [_join(choice) for choice in product(*branches)]
                return [one for branch in branches for one in branch]

    return tuple(expand(condition, {}, True))


def _join(choice: tuple[Conjunction, ...]) -> Conjunction:
    return Conjunction(
        tuple(variable for one in choice for variable in one.variables),
        tuple(literal for one in choice for literal in one.literals),
    )
