"""Ids as AI2-THOR forms them, as PDDL spells them, and as the player reads them."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

_PDDL_SPELLING = (("|", "_bar_"), ("-", "_minus_"), ("+", "_plus_"), (".", "_dot_"), (",", "_comma_"))


class Point(NamedTuple):
    """A place in the room, in centimetres; y is the height."""

    x: int
    y: int
    z: int


class Stand(NamedTuple):
    """Where the agent stands: x and z in steps of 25 cm, rotation in quarter turns, horizon in degrees."""

    x: int
    z: int
    rotation: int
    horizon: int

    @property
    def id(self) -> str:
        """The location's id, e.g. `loc|-9|5|2|45`."""
        return "loc|" + "|".join(map(str, self))


def entity_id(kind: str, point: Point) -> str:
    """Form an id of a type and a place, e.g. `Apple|-02.27|+00.96|-03.66`."""
    return "|".join((kind, *(f"{'-' if c < 0 else '+'}{abs(c) // 100:02d}.{abs(c) % 100:02d}" for c in point)))


def entity_type(entity: str) -> str:
    """The type of an id: its head, or for basins its tail (`Sink|...|SinkBasin`)."""
    head, *coordinates = entity.split("|")
    return coordinates[3] if len(coordinates) > 3 else head


def entity_point(entity: str) -> Point:
    """The place of an id."""
    x, y, z = (round(float(coordinate) * 100) for coordinate in entity.split("|")[1:4])
    return Point(x, y, z)


def pddl_name(entity: str) -> str:
    """Spell an id as real problems do, e.g. `Apple_bar__minus_02_dot_27...`."""
    for character, spelled in _PDDL_SPELLING:
        entity = entity.replace(character, spelled)
    return entity


def spoken_names(entities: Iterable[str]) -> dict[str, str]:
    """Number the entities as `AlfredDemangler` of the alfworld package does.

    Of each name, the id that is last in alphabetical order (of the lower-cased PDDL spelling) becomes number 1.

    Parameters
    ----------
    entities : iterable of str
        All ids of the game's objects and receptacles.

    Returns
    -------
    dict of str to str
        Id -> name, e.g. `apple 2`.
    """
    counts: Counter[str] = Counter()
    names = {}
    for entity in sorted(entities, key=lambda entity: pddl_name(entity).lower(), reverse=True):
        lowered = entity.lower()
        name = lowered.split("|", 1)[0] + ("basin" if "basin" in lowered else "")
        counts[name] += 1
        names[entity] = f"{name} {counts[name]}"
    return names
