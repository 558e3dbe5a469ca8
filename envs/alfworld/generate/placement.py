"""Where things lie when a game begins."""

from collections import Counter
from dataclasses import dataclass

from envs.alfworld.generate import furniture, things
from envs.alfworld.generate.draw import Draw
from envs.alfworld.generate.goals import Goal
from envs.alfworld.generate.naming import Point, Stand, entity_id
from envs.alfworld.generate.rooms import STAND_HORIZONS, Receptacle, Room, free_stand, places_for


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of a game.

    Parameters
    ----------
    id : str
        Type and place, e.g. `Apple|-02.27|+00.96|-03.66`.
    kind : str
        Its type.
    receptacle : Receptacle or None
        What it lies in or on; None on the floor or a wall.
    stand : Stand
        Where the agent stands to see it.
    """

    id: str
    kind: str
    receptacle: Receptacle | None
    stand: Stand

    @property
    def fixed(self) -> bool:
        """Whether it cannot be picked up."""
        return self.kind in things.FIXTURES


@dataclass(frozen=True, slots=True)
class Scene:
    """A room as a game begins: things in place, the agent where it faces no receptacle."""

    room: Room
    things: tuple[Thing, ...]
    start: Stand

    def of_kind(self, kind: str) -> list[Thing]:
        """Things of one type."""
        return [thing for thing in self.things if thing.kind == kind]


class Placement:
    """Puts things into a room, one after another.

    Parameters
    ----------
    room : Room
        Where.
    draw : Draw
        Decides.
    """

    def __init__(self, room: Room, draw: Draw) -> None:
        self._room = room
        self._draw = draw
        self._taken = set(room.stands)
        self._things: dict[str, Thing] = {}
        self._load: Counter[str] = Counter()

    def scene(self, goal: Goal) -> Scene:
        """Place what the goal asks for, then everything else of the room."""
        self._put_sought(goal)
        for kind in self._draw.shuffled(kind for kind in self._room.things if kind != goal.object):
            for _ in range(self._number(kind)):
                self._put(kind, self._choose(kind))
        start = self._stand(horizons=(30,))
        return Scene(self._room, tuple(self._things[name] for name in sorted(self._things)), start)

    def _put_sought(self, goal: Goal) -> None:
        """Place the objects sought where they do not win the game already; a pair in two different places."""
        number = self._number(goal.object) if goal.object in things.BIG else self._draw.between(1, 4)
        used: frozenset[str] = frozenset()
        for count in range(max(number, goal.number)):
            receptacle = self._choose(goal.object, goal.shuns | used if count < goal.number else goal.shuns)
            self._put(goal.object, receptacle)
            if receptacle is not None:
                used |= {receptacle.id}

    def _number(self, kind: str) -> int:
        if kind in things.FIXTURES:
            # A floor plan's fixtures are the same in all its games.
            fixtures = Draw("fixtures", self._room.scene, kind).between(*things.FIXTURES[kind])
            return len(self._room.of_kind(f"{kind}Basin")) or fixtures
        if kind in things.ALWAYS_ONE:
            return 1
        return self._draw.weighted(things.NUMBERS_OF_BIG if kind in things.BIG else things.NUMBERS)

    def _choose(self, kind: str, shuns: frozenset[str] = frozenset()) -> Receptacle | None:
        """Choose a receptacle for a thing, none that is shunned by id or by type; None if only the floor is left."""
        options = [
            (receptacle, furniture.PULL.get(receptacle.kind, 1.0))
            for receptacle in places_for(kind, self._room)
            if not (receptacle.kind in furniture.SINGLE and self._load[receptacle.id])
            and shuns.isdisjoint((receptacle.kind, receptacle.id))
        ]
        return self._draw.weighted(options) if options else None

    def _put(self, kind: str, receptacle: Receptacle | None) -> None:
        if receptacle is None:
            name = self._new_id(kind, self._draw.pick(self._room.receptacles).point._replace(y=0))
            self._things[name] = Thing(name, kind, receptacle=None, stand=self._stand())
        else:
            self._load[receptacle.id] += 1
            name = self._new_id(kind, receptacle.point)
            self._things[name] = Thing(name, kind, receptacle=receptacle, stand=receptacle.stand)

    def _new_id(self, kind: str, near: Point) -> str:
        while True:
            x, z = near.x + self._draw.between(-35, 35), near.z + self._draw.between(-35, 35)
            name = entity_id(kind, Point(x, near.y + self._draw.between(0, 30), z))
            if name not in self._things:
                return name

    def _stand(self, horizons: tuple[int, ...] = STAND_HORIZONS) -> Stand:
        return free_stand(self._room.stands, self._taken, draw=self._draw, horizons=horizons)
