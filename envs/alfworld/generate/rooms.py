"""Rooms: a floor plan of the package with its furniture complete. One floor plan is always the same room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from envs.alfworld.generate import furniture
from envs.alfworld.generate.draw import Draw
from envs.alfworld.generate.naming import Point, Stand, entity_id, entity_point, entity_type
from envs.alfworld.generate.source import Alfworld, alfworld, floor_plan_receptacles, floor_plan_types
from envs.alfworld.generate.things import ON_THE_FLOOR, STANDS_ON

# How far the agent looks down (degrees) where it uses furniture.
STAND_HORIZONS = (60, 45, 30)


@dataclass(frozen=True, slots=True)
class Receptacle:
    """A piece of furniture that holds things.

    Parameters
    ----------
    id : str
        Type and place, e.g. `Fridge|-03.19|+00.00|-02.19`.
    kind : str
        Its type, e.g. `Fridge`.
    stand : Stand
        Where the agent stands to use it.
    openable : bool
        Whether it must be opened first.
    """

    id: str
    kind: str
    stand: Stand
    openable: bool

    @property
    def point(self) -> Point:
        """Its place in the room."""
        return entity_point(self.id)


@dataclass(frozen=True, slots=True)
class Room:
    """A furnished room.

    Parameters
    ----------
    scene : int
        The floor plan's number.
    kind : str
        `Kitchen`, `LivingRoom`, `Bedroom` or `Bathroom`.
    receptacles : tuple of Receptacle
        By id.
    things : tuple of str
        Types of the things found in it, sorted.
    stands : tuple of Stand
        Where the agent can stand.
    """

    scene: int
    kind: str
    receptacles: tuple[Receptacle, ...]
    things: tuple[str, ...]
    stands: tuple[Stand, ...]

    def of_kind(self, kind: str) -> list[Receptacle]:
        """Receptacles of one type."""
        return [receptacle for receptacle in self.receptacles if receptacle.kind == kind]

    @property
    def receptacle_kinds(self) -> tuple[str, ...]:
        """Types of the receptacles, sorted."""
        return tuple(sorted({receptacle.kind for receptacle in self.receptacles}))


@cache
def furnish(scene: int) -> Room:
    """Furnish one of the package's floor plans.

    What the package knows of it stands where the package says; what real games have beside it is added.
    """
    package = alfworld()
    kind = next(kind for kind, scenes in package.scenes.items() if scene in scenes)
    types = floor_plan_types(scene)
    known = [_known(package, name, *place) for name, place in floor_plan_receptacles(scene).items()]
    added = _added(
        kind, [name for name in types if name in package.receptacle_types], known=known, draw=Draw("room", scene)
    )
    receptacles = sorted([*known, *added], key=lambda receptacle: receptacle.id)
    return Room(
        scene=scene,
        kind=kind,
        receptacles=tuple(receptacles),
        things=tuple(name for name in types if name not in package.receptacle_types),
        stands=tuple(sorted({receptacle.stand for receptacle in receptacles})),
    )


def _known(package: Alfworld, name: str, x: float, z: float, turn: int, tilt: int) -> Receptacle:
    kind = entity_type(name)
    stand = Stand(round(x * 4), round(z * 4), turn // 90, tilt)
    return Receptacle(name, kind, stand, openable=kind in package.openable)


def _added(kind: str, types: list[str], *, known: list[Receptacle], draw: Draw) -> Iterator[Receptacle]:
    """Furniture that real games have and the floor plan lacks. Cabinets and drawers among it stand open for good.

    ALFWorld treats a receptacle as openable only where the floor plan says how to reach it.
    """
    names = {receptacle.id for receptacle in known}
    reachable = sorted({receptacle.stand for receptacle in known})
    taken = set(reachable)
    for name in types:
        present = sum(receptacle.kind == name for receptacle in known)
        lacking = max(draw.between(*furniture.RECEPTACLES.get(name, (1, 1))) - present, 0)
        further = draw.between(*furniture.FURTHER_RECEPTACLES[kind].get(name, (0, 0)))
        stand = None
        for number in range(lacking + further):
            # Burners stand in pairs: the agent reaches two from one place.
            if stand is None or name != "StoveBurner" or number % 2 == 0:
                stand = free_stand(reachable, taken, draw=draw)
            yield Receptacle(_new_id(name, known, names=names, draw=draw), name, stand, openable=False)


def free_stand(
    near: Sequence[Stand], taken: set[Stand], *, draw: Draw, horizons: tuple[int, ...] = STAND_HORIZONS
) -> Stand:
    """Find a place for the agent that faces nothing else yet, near one that is known to be reachable; it is taken."""
    while True:
        known = draw.pick(near)
        x, z = known.x + draw.between(-1, 1), known.z + draw.between(-1, 1)
        stand = Stand(x, z, draw.below(4), draw.pick(horizons))
        if stand not in taken:
            taken.add(stand)
            return stand


def places_for(thing: str, room: Room) -> list[Receptacle]:
    """Receptacles of a room in or on which things of a type are found."""
    package = alfworld()
    stands_on = STANDS_ON.get(thing, ())
    if thing in ON_THE_FLOOR:
        return []
    return [place for place in room.receptacles if package.can_hold(place.kind, thing) or place.kind in stands_on]


def _new_id(name: str, known: list[Receptacle], *, names: set[str], draw: Draw) -> str:
    head, tail = (name.removesuffix("Basin"), f"|{name}") if name.endswith("Basin") else (name, "")
    while True:
        near = draw.pick(known).point
        x, z = near.x + draw.between(-60, 60), near.z + draw.between(-60, 60)
        new = entity_id(head, Point(x, furniture.HEIGHTS.get(name, 0), z)) + tail
        if new not in names:
            names.add(new)
            return new
