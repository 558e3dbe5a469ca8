"""ALFWorld as an environment: household tasks as a text game, six types of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from envs.alfworld.agent import Protocol, play
from envs.alfworld.engine import NativeEngine
from envs.alfworld.games import GameSource, GeneratedGames, RealGames, find_data, task_type
from envs.alfworld.players import NativePlayer, Player, TextWorldPlayer
from harness.core.domain import Instruction, Modules, Task, Trajectory, digest
from harness.core.environment import AgentModel, Description, Split
from harness.core.errors import ConfigError

CATEGORIES = {
    "pick_and_place_simple": "Pick",
    "pick_clean_then_place_in_recep": "Clean",
    "pick_heat_then_place_in_recep": "Heat",
    "pick_cool_then_place_in_recep": "Cool",
    "look_at_obj_in_light": "Look",
    "pick_two_obj_and_place": "Pick Two",
}
"""Task types as the paper's tables call them."""

MEASURES = (*(f"solved within {n} steps" for n in (10, 20, 30, 50)), "steps of solved", "tokens of solved")
"""What says more than success where nearly all games are solved; a step is a command."""

PURPOSE = (
    "The agent acts in a household by text commands, one a turn, and reads what happens. Its tasks are to find objects "
    "and to put them somewhere, perhaps cleaned, heated or cooled, to put two of a kind somewhere, or to look at "
    "something under a lamp."
)

INITIAL = "Interact with the household to solve the task."


class ALFWorld:
    """Household tasks in a text game (Shridhar et al., 2020).

    Parameters
    ----------
    data
        ``generated``: seeded games in rooms like the real ones. ``real``: the games of `data_dir` or $ALFWORLD_DATA.
        ``auto``: real where present.
    engine
        ``native``: our own. ``textworld``: the real package, slow (extra `textworld`).
    train_size, test_size
        How many tasks, drawn by `data_seed`, task types in turn; None for all.
    test_split
        ``valid_unseen`` (rooms that training never saw) or ``valid_seen``.
    max_steps, show_admissible, snap, stop_after_repeats
        The episode: see `envs.alfworld.agent.Protocol`.
    """

    def __init__(
        self,
        data: Literal["generated", "real", "auto"] = "generated",
        data_dir: str | None = None,
        *,
        data_seed: int = 0,
        engine: Literal["native", "textworld"] = "native",
        train_size: int | None = 60,
        test_size: int | None = None,
        test_split: Literal["valid_unseen", "valid_seen"] = "valid_unseen",
        max_steps: int = 50,
        show_admissible: bool = False,
        snap: bool = False,
        stop_after_repeats: int | None = 3,
    ) -> None:
        _choice("data", data, known=("generated", "real", "auto"))
        _choice("engine", engine, known=("native", "textworld"))
        _choice("test_split", test_split, known=("valid_unseen", "valid_seen"))
        for name, size in (("train_size", train_size), ("test_size", test_size), ("max_steps", max_steps)):
            if size is not None and (not isinstance(size, int) or size < 1):
                raise ConfigError(f"env.{name}={size!r} must be a positive number")
        self._sizes: dict[Split, int | None] = {"train": train_size, "test": test_size}
        self._splits: dict[Split, str] = {"train": "train", "test": test_split}
        self._protocol = Protocol(max_steps, show_admissible, snap=snap, stop_after_repeats=stop_after_repeats)
        self._player: Player = TextWorldPlayer() if engine == "textworld" else NativePlayer()
        folder = find_data(data, data_dir)
        self._games: GameSource = RealGames(folder, data_seed) if folder else GeneratedGames(data_seed)
        self._generated = folder is None

    def describe(self) -> Description:
        """See `Environment.describe`."""
        checksums = [self._games.checksum(self._splits[split], self._sizes[split]) for split in ("train", "test")]
        return Description(
            name="alfworld",
            version="1",
            scorer_version="1",
            data_checksum=digest(checksums),
            purpose=PURPOSE,
            categories=tuple(CATEGORIES.values()),
            generated=self._generated,
            measures=MEASURES,
        )

    def initial_modules(self) -> Modules:
        """See `Environment.initial_modules`."""
        return Modules({"instruction": Instruction(INITIAL)}, ("instruction",))

    def reference_modules(self) -> Mapping[str, Modules]:
        """Return household guidelines, with the traps of the game's wording, as an instruction written by hand."""
        text = (Path(__file__).parent / "prompts" / "reference.txt").read_text(encoding="utf-8")
        return {"guidelines": Modules.of_instruction(text.strip())}

    def tasks(self, split: Split) -> Sequence[Task]:
        """See `Environment.tasks`."""
        return [self._task(name) for name in self._games.select(self._splits[split], self._sizes[split])]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        """See `Environment.rollout`."""
        async with self._player.open(self._games.load(task.payload)) as game:
            return await play(game, modules.instruction(), task_id=task.id, agent=agent, protocol=self._protocol)

    def _task(self, name: str) -> Task:
        game = self._games.load(name)
        way = "\n".join(f"> {command}" for command in game.walkthrough)
        return Task(
            id=name,
            query=f"Your task is to: {NativeEngine(game).goal}",
            truth=f"These commands reach the goal, for example:\n{way}",
            category=CATEGORIES[task_type(name)],
            payload=name,
        )


def _choice(name: str, value: object, *, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(f"env.{name}={value}: choose one of {', '.join(known)}")
