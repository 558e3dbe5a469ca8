"""Commands that win a game, found from the room as it is known to whoever made it."""

from collections.abc import Callable, Mapping
from itertools import combinations

from envs.alfworld.generate.goals import Goal
from envs.alfworld.generate.naming import Stand, spoken_names
from envs.alfworld.generate.placement import Scene, Thing
from envs.alfworld.generate.rooms import Receptacle


class Walk:
    """A player's way through the room: the commands, and what they have changed.

    Parameters
    ----------
    names : mapping of str to str
        Id -> name as the player reads it.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.commands: list[str] = []
        self._names = names
        self._at: Stand | None = None
        self._opened: set[str] = set()

    def go(self, place: Receptacle) -> None:
        """Go to a receptacle; from its own location the game knows no way to it, and none is needed."""
        if self._at != place.stand:
            self._say("go to {}", place.id)
            self._at = place.stand

    def open(self, place: Receptacle) -> None:
        """Go to a receptacle and open it if it is shut."""
        self.go(place)
        if place.openable and place.id not in self._opened:
            self._say("open {}", place.id)
            self._opened.add(place.id)

    def take(self, thing: Thing, place: Receptacle) -> None:
        """Fetch a thing from where it lies."""
        self.open(place)
        self._say("take {} from {}", thing.id, place.id)

    def treat(self, verb: str, thing: Thing, *, tool: Receptacle) -> None:
        """Clean, heat or cool the thing in hand; the tool may stay shut."""
        self.go(tool)
        self._say(verb + " {} with {}", thing.id, tool.id)

    def move(self, thing: Thing, place: Receptacle) -> None:
        """Put the thing in hand into or onto a receptacle."""
        self.open(place)
        self._say("move {} to {}", thing.id, place.id)

    def use(self, lamp: Thing, place: Receptacle) -> None:
        """Switch on a lamp."""
        self.go(place)
        self._say("use {}", lamp.id)

    def _say(self, template: str, *ids: str) -> None:
        self.commands.append(template.format(*(self._names[name] for name in ids)))


def walk_through(scene: Scene, goal: Goal) -> tuple[str, ...]:
    """Find a short way to win: the shortest, of the ways that fetch, treat and put without a detour.

    Raises
    ------
    ValueError
        The goal cannot be reached in the scene.
    """
    names = spoken_names([thing.id for thing in scene.things] + [place.id for place in scene.room.receptacles])
    walks = []
    for win in _ways(scene, goal):
        walk = Walk(names)
        win(walk)
        walks.append(tuple(walk.commands))
    return min(walks, key=lambda commands: (len(commands), commands))


def _ways(scene: Scene, goal: Goal) -> list[Callable[[Walk], None]]:
    found = [(thing, thing.receptacle) for thing in scene.of_kind(goal.object) if thing.receptacle is not None]
    if goal.looks:
        lamps = [(lamp, lamp.receptacle) for lamp in scene.of_kind(goal.target) if lamp.receptacle is not None]
        return [_look(*sought, *lamp) for sought in found for lamp in lamps]
    tools: list[Receptacle | None] = [*scene.room.of_kind(goal.task.tool)] if goal.task.tool else [None]
    return [
        _deliver(list(sought), goal.task.verb, tool=tool, destination=destination)
        for sought in combinations(found, goal.number)
        for tool in tools
        for destination in scene.room.of_kind(goal.target)
    ]


def _look(thing: Thing, place: Receptacle, lamp: Thing, lamp_place: Receptacle) -> Callable[[Walk], None]:
    def win(walk: Walk) -> None:
        walk.take(thing, place)
        walk.use(lamp, lamp_place)

    return win


def _deliver(
    sought: list[tuple[Thing, Receptacle]], verb: str, *, tool: Receptacle | None, destination: Receptacle
) -> Callable[[Walk], None]:
    def win(walk: Walk) -> None:
        for thing, place in sought:
            walk.take(thing, place)
            if tool is not None:
                walk.treat(verb, thing, tool=tool)
            walk.move(thing, destination)

    return win
