"""The PDDL problem of a game, of the same shape and with the same kinds of facts as ALFWorld's own."""

from collections.abc import Iterable, Iterator

from envs.alfworld.generate.goals import Goal
from envs.alfworld.generate.naming import pddl_name
from envs.alfworld.generate.placement import Scene, Thing
from envs.alfworld.generate.source import alfworld

_INDENT = "\n        "


def write_problem(name: str, scene: Scene, *, goal: Goal) -> str:
    """Write a game's problem.

    Parameters
    ----------
    name : str
        The problem's name.
    scene : Scene
        The room as the game begins.
    goal : Goal
        What wins it.
    """
    objects = _INDENT.join(_declarations(scene))
    facts = pddl_name(_INDENT.join(f"({fact})" for fact in _facts(scene, goal)))
    return (
        f"\n(define (problem plan_{name})\n(:domain alfred)\n(:objects\n{objects}\n        )\n"
        f"\n(:init\n        {facts}\n        )\n{goal.pddl}"
    )


def _declarations(scene: Scene) -> Iterator[str]:
    """Declare types, things, receptacles and locations. Real problems name each object type as an object, too."""
    package, room = alfworld(), scene.room
    stands = {*room.stands, scene.start, *(thing.stand for thing in scene.things)}
    yield _typed("agent1", "agent")
    yield from (_typed(kind, "object") for kind in package.object_types)
    yield from (_typed(f"{kind}Type", "otype") for kind in package.object_types)
    yield from (_typed(f"{kind}Type", "rtype") for kind in package.receptacle_types)
    yield from (_typed(thing.id, "object") for thing in scene.things)
    yield from (_typed(receptacle.id, "receptacle") for receptacle in room.receptacles)
    yield from (_typed(stand.id, "location") for stand in sorted(stands))


def _facts(scene: Scene, goal: Goal) -> Iterator[str]:
    room, things = scene.room, scene.things
    held = [(thing, thing.receptacle) for thing in things if thing.receptacle is not None]
    yield from (f"receptacleType {receptacle.id} {receptacle.kind}Type" for receptacle in room.receptacles)
    # A faucet or a shower head is a thing of no type.
    yield from (f"objectType {thing.id} {thing.kind}Type" for thing in things if _has_type(thing))
    yield from _storage_rules(scene)
    yield from _each("pickupable", (thing for thing in things if not thing.fixed))
    yield from _each("isReceptacleObject", (t for t in things if t.kind in alfworld().portable_receptacles))
    yield from (f"openable {receptacle.id}" for receptacle in room.receptacles if receptacle.openable)
    yield f"atLocation agent1 {scene.start.id}"
    for ability in ("Cleanable", "Heatable", "Coolable"):
        yield from _able(ability, things)
    yield from _each("isCool", (thing for thing, place in held if thing.kind == goal.object and place.kind == "Fridge"))
    yield from _able("Toggleable", things)
    yield from _able("Sliceable", things)
    yield from (f"inReceptacle {thing.id} {place.id}" for thing, place in held)
    yield from (f"receptacleAtLocation {receptacle.id} {receptacle.stand.id}" for receptacle in room.receptacles)
    yield from (f"objectAtLocation {thing.id} {thing.stand.id}" for thing in things)


def _storage_rules(scene: Scene) -> Iterator[str]:
    """Say which receptacle types hold which object types, of the types in the room."""
    package = alfworld()
    kinds = sorted({thing.kind for thing in scene.things if _has_type(thing)})
    for receptacle in scene.room.receptacle_kinds:
        yield from (f"canContain {receptacle}Type {kind}Type" for kind in kinds if package.can_hold(receptacle, kind))


def _able(ability: str, things: Iterable[Thing]) -> Iterator[str]:
    able = alfworld().abilities[ability]
    return _each(ability.lower(), (thing for thing in things if thing.kind in able))


def _each(predicate: str, things: Iterable[Thing]) -> Iterator[str]:
    return (f"{predicate} {thing.id}" for thing in things)


def _has_type(thing: Thing) -> bool:
    return thing.kind in alfworld().object_types


def _typed(name: str, kind: str) -> str:
    return f"{pddl_name(name)} - {kind}"
