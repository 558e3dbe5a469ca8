"""What the installed alfworld package knows: domain, grammar, floor plans, and which thing may lie where."""

import importlib.util
import json
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class GoalText:
    """A task type's goal: its PDDL, and the sentences that state it; both with `{obj}`, `{recep}`, `{toggle}`."""

    pddl: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alfworld:
    """The package's texts and tables.

    Parameters
    ----------
    domain, grammar : str
        The PDDL domain and the twl2 grammar.
    object_types, receptacle_types : tuple of str
        The types of things that are found in rooms, and of furniture that holds them; sorted.
    portable_receptacles : frozenset of str
        Object types that can hold other objects (a bowl, a pot).
    openable : frozenset of str
        Receptacle types with a door or a lid.
    holds : mapping of str to frozenset of str
        Receptacle type -> the object types it may hold.
    abilities : mapping of str to frozenset of str
        `Cleanable`, `Heatable`, `Coolable`, `Sliceable`, `Toggleable` -> object types.
    goals : mapping of str to GoalText
        Task type -> its goal.
    scenes : mapping of str to tuple of int
        `Kitchen`, `LivingRoom`, `Bedroom`, `Bathroom` -> floor plans.
    unseen_scenes : frozenset of int
        Floor plans that the package holds out of training.
    """

    domain: str
    grammar: str
    object_types: tuple[str, ...]
    receptacle_types: tuple[str, ...]
    portable_receptacles: frozenset[str]
    openable: frozenset[str]
    holds: Mapping[str, frozenset[str]]
    abilities: Mapping[str, frozenset[str]]
    goals: Mapping[str, GoalText]
    scenes: Mapping[str, tuple[int, ...]]
    unseen_scenes: frozenset[int]

    def can_hold(self, receptacle_type: str, object_type: str) -> bool:
        """Whether objects of the one type may be put into receptacles of the other."""
        return object_type in self.holds.get(receptacle_type, frozenset())


@lru_cache(maxsize=1)
def alfworld() -> Alfworld:
    """Read the package's data.

    Raises
    ------
    ConfigError
        The package is not installed, or is not of the version that is understood here.
    """
    root = package_folder()
    try:
        constants = _definitions(root / "gen" / "constants.py")
        return Alfworld(
            domain=(root / "data" / "alfred.pddl").read_text(encoding="utf-8"),
            grammar=(root / "data" / "alfred.twl2").read_text(encoding="utf-8"),
            object_types=tuple(sorted(constants["NON_RECEPTACLES_SET"])),
            receptacle_types=tuple(sorted(constants["RECEPTACLES"] - constants["MOVABLE_RECEPTACLES_SET"])),
            portable_receptacles=frozenset(constants["MOVABLE_RECEPTACLES_SET"]),
            openable=frozenset(constants["OPENABLE_CLASS_SET"]),
            holds={kind: frozenset(held) for kind, held in constants["VAL_RECEPTACLE_OBJECTS"].items()},
            abilities={name: frozenset(able) for name, able in constants["VAL_ACTION_OBJECTS"].items()},
            goals={
                name: GoalText(goal["pddl"].replace("#", "-"), tuple(goal["templates"]))
                for name, goal in _definitions(root / "gen" / "goal_library.py")["gdict"].items()
            },
            scenes={kind: tuple(numbers) for kind, numbers in constants["SCENE_TYPE"].items()},
            unseen_scenes=frozenset(constants["TEST_SCENE_NUMBERS"]),
        )
    except (OSError, KeyError) as error:
        raise ConfigError(f"{root} lacks {error}; pip install 'alfworld>=0.4.2'") from error


def floor_plan_types(scene: int) -> tuple[str, ...]:
    """Types of all that a floor plan's room holds, furniture and things alike; sorted."""
    return tuple(sorted(_layout(scene, "objects")))


def floor_plan_receptacles(scene: int) -> dict[str, tuple[float, float, int, int]]:
    """Known receptacles -> where the agent stands to use them: x and z (m), rotation and horizon (degrees)."""
    return {
        name: (x, z, int(turn), int(tilt)) for name, (x, z, turn, tilt) in sorted(_layout(scene, "openable").items())
    }


def package_folder() -> Path:
    """The installed package's folder, found without an import: importing it creates a cache folder in the home."""
    spec = importlib.util.find_spec("alfworld")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError("generated ALFWorld games need the alfworld package; pip install 'alfworld>=0.4.2'")
    return Path(next(iter(spec.submodule_search_locations)))


def _definitions(module: Path) -> dict[str, Any]:
    """Run one module of plain tables by its path, which leaves the package itself unimported."""
    return runpy.run_path(str(module))


def _layout(scene: int, what: str) -> Any:
    path = package_folder() / "gen" / "layouts" / f"FloorPlan{scene}-{what}.json"
    return json.loads(path.read_text(encoding="utf-8"))
