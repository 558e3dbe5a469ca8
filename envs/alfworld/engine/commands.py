"""The commands that are possible in a game's present state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from envs.alfworld.engine.actions import Rules, Schema
from envs.alfworld.engine.facts import Arguments, Facts
from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.grammar import Grammar, Writer
from envs.alfworld.engine.network import Matches
from envs.alfworld.engine.steps import Picker, Row
from envs.alfworld.engine.template import Call, Each, Node, Value


@dataclass(slots=True)
class Move:
    """An action of one game.

    `names` has its variables with their types; `texts` holds its commands by the arguments that they name.
    """

    schema: Schema
    names: tuple[str, ...]
    command: Writer
    texts: dict[Arguments, str] = field(default_factory=dict)


@dataclass(slots=True)
class Way:
    """One alternative of an action's condition.

    From a row of the node, `arguments` picks those of the action and `named` those that the command names; `now` has
    the rows that are possible now, by command.
    """

    move: Move
    node: int
    arguments: Picker
    named: Picker
    now: dict[str, Row] = field(default_factory=dict)


class Commands:
    """What can be done now in one game.

    Parameters
    ----------
    rules : Rules
        The compiled domain.
    grammar : Grammar
        The game's grammar, which words the commands.
    names : Mapping of str to str
        The objects' display names.

    Attributes
    ----------
    admissible : tuple of str
        The commands, sorted.
    facts : Facts
        The facts of the present state.

    Raises
    ------
    MalformedError
        The wording of a command depends on what changes during play.
    """

    def __init__(self, rules: Rules, grammar: Grammar, *, names: Mapping[str, str]) -> None:
        self._rules = rules
        self._names = names
        # A move does not know its ways: a circle would keep what an episode held until the collector finds it.
        self._ways = [way for schema in rules.schemas for way in _ways(schema, grammar, fluents=rules.fluents)]
        self.admissible: tuple[str, ...] = ()

    def begin(self, facts: Facts) -> None:
        """Find the commands of a state from scratch."""
        self.facts = facts
        self._matches = Matches(self._rules.network, facts)
        self._ground(range(len(self._ways)))

    def refresh(self, touched: frozenset[str]) -> None:
        """Find the commands anew, as far as they depend on the facts of these predicates."""
        affected = self._rules.affected(touched)
        self._matches.refresh(affected.nodes)
        if affected.cases:
            self._ground(affected.cases)

    def meaning(self, command: str) -> tuple[Move, Arguments] | None:
        """What a command does now; of two actions with one command, the domain's earlier one prevails."""
        for number, way in enumerate(self._ways):
            if command in way.now:
                same = [one for one in self._ways[number:] if one.move is way.move and command in one.now]
                return way.move, min(one.arguments(one.now[command]) for one in same)
        return None

    def _ground(self, cases: Sequence[int]) -> None:
        ways, rows = self._ways, self._matches.rows
        for case in cases:
            way = ways[case]
            if rows[way.node]:
                way.now = self._by_command(way, rows[way.node])
            elif way.now:
                way.now = {}
        self.admissible = tuple(sorted(set[str]().union(*[way.now for way in ways])))

    def _by_command(self, way: Way, rows: list[Row]) -> dict[str, Row]:
        known = way.move.texts
        now = {known.get(way.named(row)) or self._write(way, row): row for row in rows}
        if len(now) < len(rows):
            # Which of several rows a command means must not hang on the order of a set.
            ordered = sorted(rows, key=way.arguments, reverse=True)
            now = {known[way.named(row)]: row for row in ordered}
        return now

    def _write(self, way: Way, row: Row) -> str:
        text = way.move.command(self.facts, self._names, way.arguments(row))
        way.move.texts[way.named(row)] = text
        return text


def _ways(schema: Schema, grammar: Grammar, *, fluents: frozenset[str]) -> list[Way]:
    """The ways of an action, all of one move."""
    action = schema.action
    template = grammar.commands[action.name]
    for node in template:
        # A command is written once for all, so that no fact that changes may have a say in it.
        if _depends_on_state(node, fluents):
            raise MalformedError(f"the command template of the action {action.name} depends on the game's state")
    names = tuple(f"{variable.name.removeprefix('?')}:{variable.type}" for variable in action.parameters)
    move = Move(schema, names, grammar.writer(template, names))
    named = [action.parameters[place].name for place in _relevant(template, names)]
    return [Way(move, case.node, arguments=case.arguments, named=case.query.picker(named)) for case in schema.cases]


def _depends_on_state(node: Node, fluents: frozenset[str]) -> bool:
    if not isinstance(node, Each):
        return isinstance(node, Call)
    return isinstance(node.item, Call) or bool(node.pattern and node.pattern.predicates & fluents)


def _relevant(command: tuple[Node, ...], names: tuple[str, ...]) -> Sequence[int]:
    """The arguments that a command depends on: those it names; or all, where it has to look for others."""
    used: set[str] = set()
    for node in command:
        item = node.item if isinstance(node, Each) else node
        if isinstance(item, Value):
            used |= item.expression.variables
        if isinstance(node, Each) and node.pattern:
            sought = {variable.name for variable in node.pattern.variables}
            if not sought.issubset(names):
                return range(len(names))
            used |= {name.partition(":")[0] for name in sought}
    return [place for place, name in enumerate(names) if name.partition(":")[0] in used]
