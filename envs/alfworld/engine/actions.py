"""A domain's actions, compiled: queries that find what can be done now, and effects to carry out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from envs.alfworld.engine.facts import NEGATION, Arguments, Facts, Typing
from envs.alfworld.engine.network import Network
from envs.alfworld.engine.normal import Literal, alternatives
from envs.alfworld.engine.pddl import (
    EQUALS,
    NEVER,
    TRUE,
    Action,
    And,
    Atom,
    Condition,
    Domain,
    Effect,
    Not,
    Or,
    parse_domain,
)
from envs.alfworld.engine.query import Query
from envs.alfworld.engine.steps import Picker, picker


@dataclass(frozen=True, slots=True)
class Change:
    """One effect over an action's arguments; without conditions it always takes place."""

    predicate: str
    arguments: Picker
    added: bool
    conditions: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One alternative of an action's condition.

    Parameters
    ----------
    query : Query
        The search for what fulfils it, the action's parameters first.
    node : int
        The network's node that has the solutions' rows.
    arguments : Picker
        Picks the action's arguments from a row.
    """

    query: Query
    node: int
    arguments: Picker


@dataclass(frozen=True, slots=True)
class Schema:
    """An action of the domain.

    Parameters
    ----------
    action : Action
        The action as the domain has it.
    cases : tuple of Case
        Where it can be done and changes something.
    changes : tuple of Change
        Its effects, those that make false first: one that makes the same fact true prevails.
    """

    action: Action
    cases: tuple[Case, ...]
    changes: tuple[Change, ...]

    def apply(self, facts: Facts, arguments: Arguments) -> frozenset[str]:
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
        return frozenset([predicate for predicate, _, _ in due])


@dataclass(frozen=True, slots=True)
class Affected:
    """The nodes of the network, and the places of the cases among all actions' cases, that a change concerns."""

    nodes: tuple[int, ...]
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A compiled domain.

    Parameters
    ----------
    domain : Domain
        The domain as the file has it.
    network : Network
        The search for what can be done.
    schemas : tuple of Schema
        The actions in the file's order.
    fluents : frozenset of str
        The predicates that actions change.
    typings : frozenset of Typing
        What the network asks of objects' types, as far as no action breaks it.
    """

    domain: Domain
    network: Network
    schemas: tuple[Schema, ...]
    fluents: frozenset[str]
    typings: frozenset[Typing]
    # Found when such predicates are first touched; doing it twice does no harm.
    _affected: dict[frozenset[str], Affected] = field(default_factory=dict, compare=False, repr=False)

    def affected(self, touched: frozenset[str]) -> Affected:
        """What may change when the facts of these predicates do."""
        known = self._affected.get(touched)
        if known is None:
            nodes = self.network.affected(touched)
            cases = [case for schema in self.schemas for case in schema.cases]
            places = tuple(place for place, case in enumerate(cases) if case.node in nodes)
            known = self._affected[touched] = Affected(nodes, places)
        return known


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
    network = Network()
    schemas = tuple(_schema(action, fluents, network=network) for action in domain.actions)
    typings = {typing for schema in schemas for case in schema.cases for typing in case.query.typings}
    return Rules(
        domain,
        network,
        schemas=schemas,
        fluents=fluents,
        typings=frozenset(one for one in typings if _is_kept(one, domain)),
    )


def _schema(action: Action, fluents: frozenset[str], *, network: Network) -> Schema:
    useful = And((action.precondition, Not(_idleness(action))))
    names = [variable.name for variable in action.parameters]
    cases = []
    for way in dict.fromkeys(alternatives(useful)):
        query = Query((), (*action.parameters, *way.variables), literals=way.literals, fluents=fluents)
        cases.append(Case(query, network.add(query), query.picker(names)))
    changes = tuple(_change(action, effect) for effect in sorted(action.effects, key=lambda effect: effect.added))
    return Schema(action, tuple(cases), changes)


def _is_kept(typing: Typing, domain: Domain) -> bool:
    """Whether all that actions can make true of a predicate keeps a typing."""
    for action in domain.actions:
        types = {variable.name: variable.type for variable in action.parameters}
        for effect in action.effects:
            if typing.predicate == NEGATION + effect.atom.predicate:
                return False
            if typing.predicate == effect.atom.predicate and effect.added:
                kind = types.get(effect.atom.arguments[typing.position])
                if kind is None or typing.type not in domain.ancestry(kind):
                    return False
    return True


def _change(action: Action, effect: Effect) -> Change:
    names = [variable.name for variable in action.parameters]
    conditions = () if effect.condition == TRUE else alternatives(effect.condition)
    return Change(
        effect.atom.predicate,
        _grounder(effect.atom, names),
        effect.added,
        tuple(Query(names, way.variables, literals=way.literals, fluents=()) for way in conditions),
    )


def _grounder(atom: Atom, names: Sequence[str]) -> Picker:
    if all(name in names for name in atom.arguments):
        return picker([names.index(name) for name in atom.arguments])
    return lambda values: tuple(values[names.index(name)] if name in names else name for name in atom.arguments)


def _idleness(action: Action) -> Condition:
    """When an action asks for all that it brings: Fast Downward drops it, such as going where the agent already is."""
    asked = _shared([way.literals for way in alternatives(action.precondition)])
    added = [effect.atom for effect in action.effects if effect.added]
    tests = []
    for effect in action.effects:
        wanted = [literal.atom for literal in asked if literal.positive is effect.added]
        alike = [_sameness(effect.atom, atom) for atom in [*wanted, *([] if effect.added else added)]]
        tests.append(Or(tuple(same for same in alike if same is not None)))
    # One effect that always changes something is enough.
    return NEVER if NEVER in tests else And(tuple(dict.fromkeys(tests)))


def _sameness(one: Atom, other: Atom) -> And | None:
    """When two atoms are the same fact; None for never."""
    if one.predicate != other.predicate or len(one.arguments) != len(other.arguments):
        return None
    pairs = [tuple(sorted(pair)) for pair in zip(one.arguments, other.arguments, strict=True) if pair[0] != pair[1]]
    return And(tuple(Atom(EQUALS, pair) for pair in pairs))


def _shared(ways: Sequence[Sequence[Literal]]) -> list[Literal]:
    """The literals of every alternative, but for those about existential variables (whose names have a `#`)."""
    first = ways[0] if ways else ()
    plain = [literal for literal in first if not any("#" in name for name in literal.atom.arguments)]
    return [literal for literal in plain if all(literal in way for way in ways)]
