"""Whole games: seeded, each fixed by its task type, split, index and seed alone."""

from collections.abc import Iterator
from pathlib import Path

from envs.alfworld.engine import GameFile, NativeEngine
from envs.alfworld.generate.draw import Draw
from envs.alfworld.generate.goals import TASKS, Goal, choose_goal
from envs.alfworld.generate.placement import Placement
from envs.alfworld.generate.problem import write_problem
from envs.alfworld.generate.rooms import Room, furnish
from envs.alfworld.generate.source import alfworld
from envs.alfworld.generate.walkthrough import walk_through
from harness.core.errors import ConfigError, InfrastructureError

TASK_TYPES: tuple[str, ...] = tuple(TASKS)

# Each split that is not seen in training has rooms of its own; `valid_seen` has those of `train`.
SPLITS: tuple[str, ...] = ("train", "valid_seen", "valid_unseen", "test")

_GOAL_PLACEHOLDER = "UNKNOWN GOAL"
_ATTEMPTS = 100


def generate_games(count: int, seed: int, *, split: str = "train", verify: bool = True) -> Iterator[GameFile]:
    """Generate the first games of a split, the six task types in turn.

    Parameters
    ----------
    count : int
        How many.
    seed : int
        Another seed, other games.
    split : str
        One of `SPLITS`.
    verify : bool
        Whether each game plays its walkthrough before it is handed out.
    """
    for number in range(count):
        index, kind = divmod(number, len(TASK_TYPES))
        yield generate_game(TASK_TYPES[kind], split, index=index, seed=seed, verify=verify)


def generate_game(task_type: str, split: str, *, index: int, seed: int, verify: bool = True) -> GameFile:
    """Generate one game, without those before it.

    The same arguments give the same bytes on every Python and in every process.

    Parameters
    ----------
    task_type : str
        One of `TASK_TYPES`.
    split : str
        One of `SPLITS`.
    index : int
        The game's number among those of its type and split, from 0.
    seed : int
        Another seed, other games; not negative.
    verify : bool
        Whether the game's walkthrough must win in the native engine before the game is handed out.

    Returns
    -------
    GameFile
        Its path is the one that ALFWorld's layout gives it, `<split>/<task>/<trial>/game.tw-pddl`; the trial's name
        holds the seed, the index and the number of draws discarded before it.

    Raises
    ------
    ConfigError
        The task type or the split is not known, or a number is negative.
    InfrastructureError
        The walkthrough does not win: generator and engine disagree.
    """
    _check(task_type, split, index=index, seed=seed)
    for attempt in range(_ATTEMPTS):
        draw = Draw("alfworld game", seed, split, task_type, index, attempt)
        room = _choose_room(task_type, split, draw=draw)
        goal = choose_goal(task_type, room, draw=draw)
        if goal is None:
            continue
        game = _compose(room, goal, trial=f"{split}/{{}}/trial_G{seed:08d}_{index:06d}_{attempt:02d}", draw=draw)
        if verify:
            _play(game)
        return game
    raise InfrastructureError(f"no room of the split '{split}' allows a game of the type '{task_type}'")


def split_scenes(split: str) -> tuple[int, ...]:
    """Floor plans of a split's rooms. Unseen ones are those that the package holds out; two splits share them out."""
    package = alfworld()
    seen = split in ("train", "valid_seen")
    scenes: list[int] = []
    for numbers in package.scenes.values():
        held_out = [number for number in numbers if number in package.unseen_scenes]
        half = len(held_out) // 2
        unseen = held_out[:half] if split == "valid_unseen" else held_out[half:]
        scenes += [number for number in numbers if number not in package.unseen_scenes] if seen else unseen
    return tuple(scenes)


def _check(task_type: str, split: str, *, index: int, seed: int) -> None:
    if task_type not in TASKS:
        raise ConfigError(f"unknown task type '{task_type}'; one of {', '.join(TASK_TYPES)}")
    if split not in SPLITS:
        raise ConfigError(f"unknown split '{split}'; one of {', '.join(SPLITS)}")
    if index < 0 or seed < 0:
        raise ConfigError(f"index {index}, seed {seed}: a generated game's numbers are 0 or more")


def _choose_room(task_type: str, split: str, *, draw: Draw) -> Room:
    kind = draw.weighted(tuple(TASKS[task_type].room_kinds.items()))
    of_kind = alfworld().scenes[kind]
    return furnish(draw.pick([scene for scene in split_scenes(split) if scene in of_kind]))


def _compose(room: Room, goal: Goal, *, trial: str, draw: Draw) -> GameFile:
    package = alfworld()
    scene = Placement(room, draw).scene(goal)
    path = Path(trial.format(f"{goal.task_type}-{goal.object}-None-{goal.target}-{room.scene}"))
    return GameFile(
        path=path / "game.tw-pddl",
        domain=package.domain,
        grammar=package.grammar.replace(_GOAL_PLACEHOLDER, goal.sentence(draw)),
        problem=write_problem(path.name, scene, goal=goal),
        walkthrough=walk_through(scene, goal),
        solvable=True,
    )


def _play(game: GameFile) -> None:
    engine = NativeEngine(game)
    won = engine.reset().won
    for command in game.walkthrough:
        if won:
            break
        won = engine.step(command).won
    else:
        if won:
            return
    raise InfrastructureError(f"generated game {game.path.parent} is not won by its walkthrough, at its last command")
