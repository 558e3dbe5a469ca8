"""The engine of our own: plays a game from the game file's texts alone, to the letter as TextWorld does."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from envs.alfworld.engine.actions import Schema, compile_domain
from envs.alfworld.engine.facts import Arguments, Facts
from envs.alfworld.engine.game import GameError, GameFile, MalformedError
from envs.alfworld.engine.grammar import INTRO, TASK, Grammar, compile_grammar
from envs.alfworld.engine.naming import display_names
from envs.alfworld.engine.normal import alternatives
from envs.alfworld.engine.observation import Observation
from envs.alfworld.engine.pattern import EMPTY_CONTEXT, Context
from envs.alfworld.engine.pddl import Domain, parse_problem
from envs.alfworld.engine.query import Picker, Query, picker
from envs.alfworld.engine.template import Call, Each, Node, Value

# TextWorld's own answer; no grammar has it.
NOTHING_HAPPENS = "Nothing happens."
GOAL_PREFIX = "Your task is to: "
HELP = "help"


@dataclass(slots=True)
class _Move:
    """An action of one game.

    `relevant` picks those arguments that the command names; `texts` holds the commands by these, `written` by all
    arguments (None for a grounding that changes nothing), `now` the groundings possible now by command.
    """

    schema: Schema
    command: tuple[Node, ...]
    answer: tuple[Node, ...]
    names: tuple[str, ...]
    relevant: Picker
    texts: dict[Arguments, str] = field(default_factory=dict)
    written: dict[Arguments, str | None] = field(default_factory=dict)
    now: dict[str, Arguments] = field(default_factory=dict)

    def context(self, arguments: Arguments) -> Context:
        return EMPTY_CONTEXT.extended(self.names, arguments)


class NativeEngine:
    """One game under play.

    The domain and the grammar are compiled once and shared; all that changes belongs to this object alone.

    Parameters
    ----------
    game : GameFile
        The game.

    Attributes
    ----------
    game : GameFile
        The game.
    goal : str
        The task's sentence, as the game states it.
    help : str
        What the game answers to the command `help`; empty where it has no such command.

    Raises
    ------
    GameError
        The game's texts use a construct that the engine does not know.
    """

    def __init__(self, game: GameFile) -> None:
        self.game = game
        try:
            self._set_up(game)
        except MalformedError as error:
            raise self._told(error) from None

    def _set_up(self, game: GameFile) -> None:
        rules = compile_domain(game.domain)
        problem = parse_problem(game.problem)
        self._grammar = compile_grammar(game.grammar, tuple(schema.action.name for schema in rules.schemas))
        self._initial = [(atom.predicate, atom.arguments) for atom in problem.init]
        self._members = _members(rules.domain, problem.objects)
        self._names = display_names({name for _, arguments in self._initial for name in arguments})
        self._moves = [_move(schema, self._grammar, rules.fluents) for schema in rules.schemas]
        ways = alternatives(problem.goal)
        self._goal_ways = [Query((), way.variables, way.literals, rules.fluents) for way in ways]
        self._goal_predicates = {literal.atom.predicate for way in ways for literal in way.literals}
        self._begin()
        self.goal = self._grammar.render((Call(TASK),), self._facts, self._names).removeprefix(GOAL_PREFIX)
        self.help = self._answer(*self._commands[HELP]) if HELP in self._commands else ""

    def reset(self) -> Observation:
        """Begin the game anew and give its opening text."""
        try:
            self._begin()
            return self._observation(self._grammar.render((Call(INTRO),), self._facts, self._names))
        except MalformedError as error:
            raise self._told(error) from None

    def step(self, command: str) -> Observation:
        """Carry out one command, spaces around it ignored; one that is not admissible changes nothing."""
        chosen = self._commands.get(command.strip())
        if chosen is None:
            return self._observation(NOTHING_HAPPENS)
        move, arguments = chosen
        touched = move.schema.apply(self._facts, arguments)
        try:
            text = self._answer(move, arguments)
            self._refresh(touched)
        except MalformedError as error:
            raise self._told(error) from None
        return self._observation(text)

    def _begin(self) -> None:
        self._facts = Facts(self._members, self._initial)
        self._commands: dict[str, tuple[_Move, Arguments]] = {}
        self._admissible: tuple[str, ...] = ()
        self._refresh(None)

    def _refresh(self, touched: set[str] | None) -> None:
        """Bring commands and success up to date with the predicates that changed; with none named, from scratch."""
        if touched is None or not self._goal_predicates.isdisjoint(touched):
            self._won = any(way.holds(self._facts, ()) for way in self._goal_ways)
        stale = [one for one in self._moves if touched is None or not one.schema.depends.isdisjoint(touched)]
        if not stale:
            return
        for move in stale:
            self._ground(move)
        # Of two actions with one command, the domain's earlier one prevails.
        self._commands = {
            command: (move, arguments) for move in reversed(self._moves) for command, arguments in move.now.items()
        }
        self._admissible = tuple(sorted(self._commands))

    def _ground(self, move: _Move) -> None:
        move.now = {}
        for arguments in move.schema.groundings(self._facts):
            if arguments not in move.written:
                move.written[arguments] = self._write(move, arguments)
            command = move.written[arguments]
            # Which grounding comes first must not hang on the order of a set.
            if command is not None and (command not in move.now or arguments < move.now[command]):
                move.now[command] = arguments

    def _write(self, move: _Move, arguments: Arguments) -> str | None:
        if move.schema.is_idle(arguments):
            return None
        relevant = move.relevant(arguments)
        if relevant not in move.texts:
            context = move.context(arguments)
            move.texts[relevant] = self._grammar.render(move.command, self._facts, self._names, context)
        return move.texts[relevant]

    def _answer(self, move: _Move, arguments: Arguments) -> str:
        return self._grammar.render(move.answer, self._facts, self._names, move.context(arguments))

    def _observation(self, text: str) -> Observation:
        return Observation(text, self._admissible, self._won)

    def _told(self, error: MalformedError) -> GameError:
        return GameError(self.game.path, str(error), "play it with engine=textworld, or leave the game out")


def _move(schema: Schema, grammar: Grammar, fluents: frozenset[str]) -> _Move:
    action = schema.action
    command = grammar.commands[action.name]
    for node in command:
        # A command is written once for all, so that no fact that changes may have a say in it.
        if _depends_on_state(node, fluents):
            raise MalformedError(f"the command template of the action {action.name} depends on the game's state")
    names = tuple(f"{variable.name.removeprefix('?')}:{variable.type}" for variable in action.parameters)
    return _Move(schema, command, grammar.answers[action.name], names, _relevant(command, names))


def _depends_on_state(node: Node, fluents: frozenset[str]) -> bool:
    if not isinstance(node, Each):
        return isinstance(node, Call)
    return isinstance(node.item, Call) or bool(node.pattern and node.pattern.predicates & fluents)


def _relevant(command: tuple[Node, ...], names: tuple[str, ...]) -> Picker:
    """What a command depends on: the arguments it names; or all, where it has to look for others."""
    used: set[str] = set()
    for node in command:
        item = node.item if isinstance(node, Each) else node
        if isinstance(item, Value):
            used |= item.variables
        if isinstance(node, Each) and node.pattern:
            sought = {variable.name for variable in node.pattern.variables}
            if not sought.issubset(names):
                return tuple
            used |= {name.partition(":")[0] for name in sought}
    return picker([place for place, name in enumerate(names) if name.partition(":")[0] in used])


def _members(domain: Domain, objects: Mapping[str, str]) -> dict[str, set[str]]:
    members: dict[str, set[str]] = {}
    lines = {type_name: domain.ancestry(type_name) for type_name in set(objects.values())}
    for name, type_name in objects.items():
        for above in lines[type_name]:
            members.setdefault(above, set()).add(name)
    return members
