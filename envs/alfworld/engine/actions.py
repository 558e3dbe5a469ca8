"""A domain's actions, compiled: queries that find what can be done now, and effects to carry out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from envs.alfworld.engine.facts import Arguments, Facts
from envs.alfworld.engine.normal import Literal, alternatives
from envs.alfworld.engine.pddl import TRUE, Action, Atom, Domain, Effect, parse_domain
from envs.alfworld.engine.query import Picker, Query, picker


@dataclass(frozen=True, slots=True)
class Change:
    """One effect over an action's arguments; without conditions it always takes place."""

    predicate: str
    arguments: Picker
    added: bool
    conditions: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """An action of the domain.

    Parameters
    ----------
    action : Action
        The action as the domain has it.
    cases : tuple of Query
        Its precondition's alternatives, which find values for the parameters (and, after them, for others).
    depends : frozenset of str
        The predicates of the precondition that change during play.
    changes : tuple of Change
        Its effects, those that make false first: one that makes the same fact true prevails.
    is_idle : callable
        Whether the action with these arguments changes nothing, wherever it can be done.
    """

    action: Action
    cases: tuple[Query, ...]
    depends: frozenset[str]
    changes: tuple[Change, ...]
    is_idle: Callable[[Arguments], bool]

    def groundings(self, facts: Facts) -> Iterator[Arguments]:
        """The arguments with which the action can be done now; some may come more than once."""
        arity = len(self.action.parameters)
        for case in self.cases:
            for solution in case.solutions(facts, ()):
                yield solution[:arity]

    def apply(self, facts: Facts, arguments: Arguments) -> set[str]:
        """Carry the action out and say which predicates it touched."""
        due = [
            (change.predicate, change.arguments(arguments), change.added)
            for change in self.changes
            if not change.conditions or any(case.holds(facts, arguments) for case in change.conditions)
        ]
        for predicate, values, added in due:
            if added:
                facts.make_true(predicate, values)
            else:
                facts.make_false(predicate, values)
        return {predicate for predicate, _, _ in due}


@dataclass(frozen=True, slots=True)
class Rules:
    """A compiled domain: its actions in the file's order, and the predicates that they change."""

    domain: Domain
    schemas: tuple[Schema, ...]
    fluents: frozenset[str]


@lru_cache(maxsize=64)
def compile_domain(text: str) -> Rules:
    """Compile the PDDL text of a domain.

    Raises
    ------
    MalformedError
        The text uses a construct that the engine does not know.
    """
    domain = parse_domain(text)
    fluents = frozenset(effect.atom.predicate for action in domain.actions for effect in action.effects)
    return Rules(domain, tuple(_schema(action, fluents) for action in domain.actions), fluents)


def _schema(action: Action, fluents: frozenset[str]) -> Schema:
    ways = alternatives(action.precondition)
    predicates = {literal.atom.predicate for way in ways for literal in way.literals}
    return Schema(
        action=action,
        cases=tuple(Query((), (*action.parameters, *way.variables), way.literals, fluents) for way in ways),
        depends=frozenset(predicates & fluents),
        changes=tuple(_change(action, effect) for effect in sorted(action.effects, key=lambda effect: effect.added)),
        is_idle=_idle_test(action, [way.literals for way in ways]),
    )


def _change(action: Action, effect: Effect) -> Change:
    names = [variable.name for variable in action.parameters]
    conditions = () if effect.condition == TRUE else alternatives(effect.condition)
    return Change(
        effect.atom.predicate,
        _grounder(effect.atom, names),
        effect.added,
        tuple(Query(names, way.variables, way.literals, ()) for way in conditions),
    )


def _grounder(atom: Atom, names: Sequence[str]) -> Picker:
    if all(name in names for name in atom.arguments):
        return picker([names.index(name) for name in atom.arguments])
    return lambda values: tuple(values[names.index(name)] if name in names else name for name in atom.arguments)


def _idle_test(action: Action, ways: Sequence[Sequence[Literal]]) -> Callable[[Arguments], bool]:
    """Fast Downward drops an action that asks for all of what it brings: such as going where the agent already is."""
    names = [variable.name for variable in action.parameters]
    added = [_ground_key(effect.atom, names) for effect in action.effects if effect.added]
    tests = []
    for effect in action.effects:
        wanted = [
            _ground_key(literal.atom, names)
            for literal in _shared(ways)
            if literal.atom.predicate == effect.atom.predicate and literal.positive is effect.added
        ]
        if not effect.added:
            wanted += [key for key in added if key[0] == effect.atom.predicate]
        if not wanted:
            return lambda _arguments: False
        tests.append((_grounder(effect.atom, names), [pick for _, pick in wanted]))
    return lambda arguments: all(any(pick(arguments) == own(arguments) for pick in picks) for own, picks in tests)


def _ground_key(atom: Atom, names: Sequence[str]) -> tuple[str, Picker]:
    return atom.predicate, _grounder(atom, names)


def _shared(ways: Sequence[Sequence[Literal]]) -> list[Literal]:
    """The literals of every alternative."""
    return [literal for literal in ways[0] if all(literal in way for way in ways)] if ways else []
