"""What a game asks for: a thing, a place for it, and what is done to it on the way."""

from collections.abc import Mapping
from dataclasses import dataclass

from envs.alfworld.generate.draw import Draw
from envs.alfworld.generate.furniture import SINGLE
from envs.alfworld.generate.rooms import Room, places_for
from envs.alfworld.generate.source import alfworld
from envs.alfworld.generate.things import STANDS_ON

LAMP = "DeskLamp"


@dataclass(frozen=True, slots=True)
class Task:
    """A task type.

    Parameters
    ----------
    room_kinds : mapping of str to int
        In which kinds of rooms it is set, by how often real games set it there.
    verb : str
        The command that changes the object (`clean`, `heat`, `cool`), or empty.
    ability : str
        The ability that the object must have for it.
    tool : str
        The type of receptacle that it is done with.
    number : int
        How many objects are asked for.
    starts_apart : bool
        Whether an object lying at its destination would have won already.
    """

    room_kinds: Mapping[str, int]
    verb: str = ""
    ability: str = ""
    tool: str = ""
    number: int = 1
    starts_apart: bool = False


TASKS: Mapping[str, Task] = {
    "pick_and_place_simple": Task({"Kitchen": 17, "LivingRoom": 36, "Bedroom": 33, "Bathroom": 49}, starts_apart=True),
    "look_at_obj_in_light": Task({"LivingRoom": 17, "Bedroom": 96}),
    "pick_clean_then_place_in_recep": Task({"Kitchen": 95, "Bathroom": 32}, "clean", "Cleanable", "SinkBasin"),
    "pick_heat_then_place_in_recep": Task({"Kitchen": 1}, "heat", "Heatable", "Microwave"),
    "pick_cool_then_place_in_recep": Task({"Kitchen": 1}, "cool", "Coolable", "Fridge"),
    "pick_two_obj_and_place": Task(
        {"Kitchen": 18, "LivingRoom": 38, "Bedroom": 34, "Bathroom": 34}, number=2, starts_apart=True
    ),
}

# No real game has these for a destination.
_NEVER_DESTINATIONS = frozenset({"SinkBasin", "BathtubBasin"})


@dataclass(frozen=True, slots=True)
class Goal:
    """What one game asks for.

    Parameters
    ----------
    task_type : str
        One of `TASKS`.
    object : str
        The type of the object sought.
    target : str
        The type of the receptacle that it is to be put in or on; for `look_at_obj_in_light` of the lamp.
    """

    task_type: str
    object: str
    target: str

    @property
    def task(self) -> Task:
        """The task type's rules."""
        return TASKS[self.task_type]

    @property
    def looks(self) -> bool:
        """Whether the object is looked at, not put anywhere."""
        return self.target == LAMP

    @property
    def number(self) -> int:
        """How many objects are asked for."""
        return self.task.number

    @property
    def shuns(self) -> frozenset[str]:
        """Types of receptacles in which the object sought does not lie at the start."""
        # Real games put no object to be cleaned, heated or cooled where that is done.
        tool = {self.task.tool} if self.task.tool else set()
        return frozenset(tool | ({self.target} if self.task.starts_apart else set()))

    @property
    def pddl(self) -> str:
        """The goal's PDDL, as the package words it; it closes the problem."""
        return alfworld().goals[self.task_type].pddl.format(obj=self.object, recep=self.target, toggle=self.target)

    def sentence(self, draw: Draw) -> str:
        """State the goal by one of the package's sentences."""
        words = {"obj": self.object.lower(), "recep": self.target.lower(), "toggle": self.target.lower()}
        return draw.pick(alfworld().goals[self.task_type].sentences).format(**words)


def choose_goal(task_type: str, room: Room, *, draw: Draw) -> Goal | None:
    """Choose an object and a target for it that the room allows; None if it allows none."""
    targets = {thing: targets for thing in room.things if (targets := _targets(task_type, thing, room=room))}
    if not targets:
        return None
    thing = draw.pick(sorted(targets))
    return Goal(task_type, thing, draw.pick(targets[thing]))


def _targets(task_type: str, thing: str, *, room: Room) -> list[str]:
    """Targets for which the room can hide enough things of the type."""
    package, task = alfworld(), TASKS[task_type]
    if thing not in package.object_types or thing in STANDS_ON:
        return []
    if task.ability and thing not in package.abilities[task.ability]:
        return []
    goals = [Goal(task_type, thing, target) for target in _destinations(task_type, thing, room=room)]
    places = places_for(thing, room)

    def hides(shuns: frozenset[str]) -> bool:
        return sum(place.kind not in shuns for place in places) >= task.number

    return [goal.target for goal in goals if hides(goal.shuns)]


def _destinations(task_type: str, thing: str, *, room: Room) -> list[str]:
    if task_type == "look_at_obj_in_light":
        return [LAMP] if LAMP in room.things and places_for(LAMP, room) else []
    task = TASKS[task_type]
    excluded = _NEVER_DESTINATIONS | {task.tool} | (SINGLE if task.number > 1 else frozenset())
    return [kind for kind in room.receptacle_kinds if alfworld().can_hold(kind, thing) and kind not in excluded]
