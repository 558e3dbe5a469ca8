"""The engine of our own: plays a game from the game file's texts alone, to the letter as TextWorld does."""

from collections.abc import Mapping

from envs.alfworld.engine.actions import compile_domain
from envs.alfworld.engine.commands import Commands, Move
from envs.alfworld.engine.facts import Arguments, Facts
from envs.alfworld.engine.game import GameError, GameFile, MalformedError
from envs.alfworld.engine.grammar import INTRO, TASK, compile_grammar
from envs.alfworld.engine.naming import display_names
from envs.alfworld.engine.normal import alternatives
from envs.alfworld.engine.observation import Observation
from envs.alfworld.engine.pddl import Domain, parse_problem
from envs.alfworld.engine.query import Query
from envs.alfworld.engine.template import Call

# TextWorld's own answer; no grammar has it.
NOTHING_HAPPENS = "Nothing happens."
GOAL_PREFIX = "Your task is to: "
HELP = "help"


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
            raise self._refused(error) from None

    def _set_up(self, game: GameFile) -> None:
        rules = compile_domain(game.domain)
        problem = parse_problem(game.problem)
        initial = [(atom.predicate, atom.arguments) for atom in problem.init]
        self._rules = rules
        self._grammar = compile_grammar(game.grammar, tuple(schema.action.name for schema in rules.schemas))
        self._names = display_names({name for _, arguments in initial for name in arguments})
        self._start = Facts(_members(rules.domain, problem.objects), initial, typings=rules.typings)
        self._commands = Commands(rules, self._grammar, names=self._names)
        ways = alternatives(problem.goal)
        self._goal_ways = [Query((), way.variables, literals=way.literals, fluents=rules.fluents) for way in ways]
        self._goal_predicates = {literal.atom.predicate for way in ways for literal in way.literals}
        self._begin()
        self.goal = self._told(TASK).removeprefix(GOAL_PREFIX)
        asked = self._commands.meaning(HELP)
        self.help = self._answer(*asked) if asked else ""

    def reset(self) -> Observation:
        """Begin the game anew and give its opening text."""
        try:
            if self._was_played:
                self._begin()
            return self._observed(self._told(INTRO))
        except MalformedError as error:
            raise self._refused(error) from None

    def step(self, command: str) -> Observation:
        """Carry out one command, spaces around it ignored; one that is not admissible changes nothing."""
        meant = self._commands.meaning(command.strip())
        if meant is None:
            return self._observed(NOTHING_HAPPENS)
        self._was_played = True
        move, arguments = meant
        touched = move.schema.apply(self._facts, arguments)
        try:
            text = self._answer(move, arguments)
            self._commands.refresh(touched)
        except MalformedError as error:
            raise self._refused(error) from None
        if not self._goal_predicates.isdisjoint(touched):
            self._won = self._is_won()
        return self._observed(text)

    def _begin(self) -> None:
        self._facts = self._start.copy(self._rules.fluents)
        self._commands.begin(self._facts)
        self._won = self._is_won()
        self._was_played = False

    def _is_won(self) -> bool:
        return any(way.holds(self._facts, ()) for way in self._goal_ways)

    def _answer(self, move: Move, arguments: Arguments) -> str:
        return self._grammar.answer(move.schema.action.name, move.names)(self._facts, self._names, arguments)

    def _told(self, rule: str) -> str:
        return self._grammar.writer((Call(rule),))(self._facts, self._names, ())

    def _observed(self, text: str) -> Observation:
        return Observation(text, self._commands.admissible, self._won)

    def _refused(self, error: MalformedError) -> GameError:
        return GameError(self.game.path, str(error), "play it with engine=textworld, or leave the game out")


def _members(domain: Domain, objects: Mapping[str, str]) -> dict[str, set[str]]:
    members: dict[str, set[str]] = {}
    lines = {type_name: domain.ancestry(type_name) for type_name in set(objects.values())}
    for name, type_name in objects.items():
        for above in lines[type_name]:
            members.setdefault(above, set()).add(name)
    return members
