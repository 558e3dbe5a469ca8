"""The PDDL that ALFWorld's games are written in, as dataclasses.

The subset: typing, action costs (ignored), and ADL without universal quantifiers. As in Fast Downward, which
TextWorld plays through, names are folded to lower case and tokens are split at blanks and parentheses only. So the
`location,` of `(?l - location, ?r - receptacle)` is a type of its own that no object has: the reason why a game's
`examine` works for held objects alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import NamedTuple, TypeAlias

from envs.alfworld.engine.game import MalformedError

ROOT_TYPE = "object"
EQUALS = "="

Tree: TypeAlias = "str | list[Tree]"


@dataclass(frozen=True, slots=True)
class Variable:
    """A typed variable; its name keeps PDDL's question mark."""

    name: str
    type: str


class Atom(NamedTuple):
    """A predicate of variables and constants."""

    predicate: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of a condition."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; with no part, true."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Exists:
    """The part holds for some objects."""

    variables: tuple[Variable, ...]
    part: "Condition"


Condition: TypeAlias = Atom | Not | And | Or | Exists
TRUE = And(())
NEVER = Or(())


@dataclass(frozen=True, slots=True)
class Effect:
    """An atom made true or false where the condition held before the action."""

    condition: Condition
    atom: Atom
    added: bool


@dataclass(frozen=True, slots=True)
class Action:
    """An action schema."""

    name: str
    parameters: tuple[Variable, ...]
    precondition: Condition
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """A PDDL domain: each type's supertype, and the actions in the file's order."""

    supertypes: dict[str, str]
    actions: tuple[Action, ...]

    def ancestry(self, type_name: str) -> tuple[str, ...]:
        """The type itself and every type above it, up to the root."""
        line = [type_name]
        while line[-1] != ROOT_TYPE:
            above = self.supertypes.get(line[-1], ROOT_TYPE)
            if above in line:
                raise MalformedError(f"PDDL type {above} is its own supertype")
            line.append(above)
        return tuple(line)


@dataclass(frozen=True, slots=True)
class Problem:
    """A PDDL problem: each object's type, the initial facts, the goal."""

    objects: dict[str, str]
    init: tuple[Atom, ...]
    goal: Condition


_REQUIREMENTS = {":adl", ":action-costs", ":typing"}
_IGNORED_SECTIONS = {"domain", "problem", ":domain", ":predicates", ":functions", ":metric"}


@lru_cache(maxsize=64)
def parse_domain(text: str) -> Domain:
    """Parse a domain.

    Raises
    ------
    MalformedError
        The text is not PDDL or uses a construct outside of the subset.
    """
    supertypes: dict[str, str] = {}
    actions: list[Action] = []
    for section in _sections(text):
        match section:
            case [":requirements", *requirements]:
                unknown = [str(name) for name in requirements if name not in _REQUIREMENTS]
                if unknown:
                    raise MalformedError(f"unknown PDDL requirement {unknown[0]}")
            case [":types", *types]:
                supertypes = {name: above for name, above in _typed(types) if name != ROOT_TYPE}
            case [":action", str(name), *fields]:
                actions.append(_action(name, fields))
            case [str(name), *_] if name in _IGNORED_SECTIONS:
                pass
            case _:
                raise MalformedError(f"unknown PDDL construct {_show(section)} in the domain")
    return Domain(supertypes, tuple(actions))


@lru_cache(maxsize=256)
def parse_problem(text: str) -> Problem:
    """Parse a problem.

    Raises
    ------
    MalformedError
        The text is not PDDL, uses a construct outside of the subset, or has no goal.
    """
    objects: dict[str, str] = {}
    init: list[Atom] = []
    goal: Condition | None = None
    for section in _sections(text):
        match section:
            case [":objects", *names]:
                objects = dict(_typed(names))
            case [":init", *facts]:
                init = [_atom(fact) for fact in facts if fact[:1] != [EQUALS] or not _is_number_assignment(fact)]
            case [":goal", tree]:
                goal = _condition(tree)
            case [str(name), *_] if name in _IGNORED_SECTIONS:
                pass
            case _:
                raise MalformedError(f"unknown PDDL construct {_show(section)} in the problem")
    if goal is None:
        raise MalformedError("the PDDL problem has no :goal")
    return Problem(objects, tuple(init), goal)


def _sections(text: str) -> list[Tree]:
    match _nested(_tokens(text)):
        case [["define", *sections]]:
            return sections
    raise MalformedError("the PDDL text is not one (define ...)")


def _tokens(text: str) -> Iterator[str]:
    code = "\n".join(line.partition(";")[0] for line in text.split("\n")).lower()
    return iter(code.replace("(", " ( ").replace(")", " ) ").replace("?", " ?").split())


def _nested(tokens: Iterator[str]) -> list[Tree]:
    open_lists: list[list[Tree]] = [[]]
    for token in tokens:
        if token == "(":
            open_lists.append([])
        elif token != ")":
            open_lists[-1].append(token)
        elif len(open_lists) > 1:
            closed = open_lists.pop()
            open_lists[-1].append(closed)
        else:
            raise MalformedError("a ')' too many in the PDDL text")
    if len(open_lists) > 1:
        raise MalformedError("a ')' is missing in the PDDL text")
    return open_lists[0]


def _typed(trees: Sequence[Tree]) -> list[tuple[str, str]]:
    """Read `a b - type c` as pairs of a name and its type; no type means the root."""
    pairs: list[tuple[str, str]] = []
    names: list[str] = []
    rest = iter(trees)
    for tree in rest:
        if not isinstance(tree, str):
            raise MalformedError(f"unknown PDDL construct {_show(tree)} in a typed list")
        if tree != "-":
            names.append(tree)
            continue
        type_name = next(rest, None)
        if not isinstance(type_name, str):
            raise MalformedError(f"unknown PDDL type {_show(type_name)}")
        pairs += [(name, type_name) for name in names]
        names = []
    return pairs + [(name, ROOT_TYPE) for name in names]


def _variables(tree: Tree) -> tuple[Variable, ...]:
    if isinstance(tree, str):
        raise MalformedError(f"a PDDL list of variables was expected, not {tree}")
    return tuple(Variable(name, type_name) for name, type_name in _typed(tree))


def _action(name: str, fields: Sequence[Tree]) -> Action:
    parameters: tuple[Variable, ...] = ()
    precondition: Condition = TRUE
    effects: tuple[Effect, ...] = ()
    if len(fields) % 2:
        raise MalformedError(f"PDDL action {name} has a field without a value")
    for key, value in zip(fields[::2], fields[1::2], strict=True):
        match key:
            case ":parameters":
                parameters = _variables(value)
            case ":precondition":
                precondition = _condition(value)
            case ":effect":
                effects = tuple(_effects(value, TRUE))
            case _:
                raise MalformedError(f"unknown PDDL field {_show(key)} in action {name}")
    return Action(name, parameters, precondition=precondition, effects=effects)


def _condition(tree: Tree) -> Condition:
    match tree:
        case []:
            return TRUE
        case ["and", *parts]:
            return And(tuple(_condition(part) for part in parts))
        case ["or", *parts]:
            return Or(tuple(_condition(part) for part in parts))
        case ["not", part]:
            return Not(_condition(part))
        case ["exists", variables, part]:
            return Exists(_variables(variables), _condition(part))
    return _atom(tree)


def _effects(tree: Tree, condition: Condition) -> Iterator[Effect]:
    match tree:
        case ["and", *parts]:
            for part in parts:
                yield from _effects(part, condition)
        case ["when", when, part] if condition == TRUE:
            yield from _effects(part, _condition(when))
        case ["not", part]:
            yield Effect(condition, _atom(part), added=False)
        case ["increase", ["total-cost"], _]:
            pass
        case _:
            yield Effect(condition, _atom(tree), added=True)


_NOT_PREDICATES = {
    *("and", "or", "not", "exists", "when", "increase"),
    *("forall", "imply", "decrease", "assign", "scale-up", "scale-down", "preference"),
}


def _atom(tree: Tree) -> Atom:
    # A problem has some 500 facts: no pattern matching here, and each name once in memory.
    if isinstance(tree, list):
        names = [part for part in tree if isinstance(part, str)]
        is_atom = names and len(names) == len(tree) and names[0] not in _NOT_PREDICATES
        if is_atom and (names[0] != EQUALS or len(names) == 3):
            return Atom(intern(names[0]), tuple(map(intern, names[1:])))
    raise MalformedError(f"unknown PDDL construct {_show(tree)}")


def _is_number_assignment(tree: Tree) -> bool:
    match tree:
        case ["=", list(), str(number)]:
            return number.replace(".", "").isdigit()
    return False


def _show(tree: "Tree | None") -> str:
    if not isinstance(tree, list):
        return str(tree)
    head = " ".join(part if isinstance(part, str) else "(...)" for part in tree[:4])
    return f"({head}{' ...' if len(tree) > 4 else ''})"
