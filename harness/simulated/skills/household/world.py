"""What a household agent has seen: the history of its chat, read honestly and folded into one picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from .words import canonical, words_in

_THING = re.compile(r"\b(?:an? )?([a-z][a-z-]* \d+)\b")
_ARRIVE = re.compile(r"^You arrive at ([a-z][a-z -]* \d+)\.")
_SEEN = re.compile(r"\b(?:On|In) (?:the ([a-z][a-z -]* \d+)|it), you see ([^.]*)\.")
_CLOSED = re.compile(r"\bThe ([a-z][a-z -]* \d+) is closed\.")
_OPENED = re.compile(r"\bThe ([a-z][a-z -]* \d+) is open\.|You open the ([a-z][a-z -]* \d+)\.")
_TAKEN = re.compile(r"You pick up the ([a-z][a-z -]* \d+) from the ([a-z][a-z -]* \d+)\.")
_MOVED = re.compile(r"You (?:move|put) the ([a-z][a-z -]* \d+) (?:to|in|on|in/on) the ([a-z][a-z -]* \d+)\.")
_TREATED = re.compile(r"You (heat|cool|clean) the ([a-z][a-z -]* \d+) using the ([a-z][a-z -]* \d+)\.")
_LIT = re.compile(r"You turn on the ([a-z][a-z -]* \d+)\.")
_ROOM = re.compile(r"you see ([^.]*)\.")
_TASK = re.compile(r"Your task is to: *([^\n]*)")
_ACTION = re.compile(r"^\s*(?:Action|>)\s*:?\s*(.+?)\s*$", re.MULTILINE)
_ADMISSIBLE = re.compile(r"^Admissible commands:\s*(.*)$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Goal:
    """What the task asks for.

    Attributes
    ----------
    thing, place
        Kinds, as in the room ("mug", "coffeemachine"); the place is the lamp where something is to be looked at.
    treatment
        ``heat``, ``cool``, ``clean`` or empty.
    count
        1 or 2.
    look
        Whether the thing is to be looked at under a lamp.
    """

    text: str
    thing: str
    place: str
    treatment: str = ""
    count: int = 1
    look: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """One message of the game, read."""

    arrived: str = ""
    place: str = ""
    things: tuple[str, ...] | None = None
    closed: str = ""
    opened: str = ""
    taken: tuple[str, str] | None = None
    moved: tuple[str, str] | None = None
    treated: tuple[str, str] | None = None
    lit: str = ""
    nothing: bool = False
    admissible: tuple[str, ...] = ()


@dataclass(slots=True)
class World:
    """The picture so far."""

    places: tuple[str, ...] = ()
    goal: Goal | None = None
    here: str = ""
    holding: str = ""
    contents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    treated: set[tuple[str, str]] = field(default_factory=set)
    placed: dict[str, str] = field(default_factory=dict)
    lit: set[str] = field(default_factory=set)
    failed: dict[str, int] = field(default_factory=dict)
    last: str = ""
    nothing: bool = False
    turns: int = 0
    admissible: tuple[str, ...] = ()


def kind_of(name: str) -> str:
    """Return the kind of a numbered thing: ``mug`` of ``mug 1``."""
    return name.rpartition(" ")[0] or name


@lru_cache(maxsize=4096)
def goal_of(text: str) -> Goal | None:
    """Return the goal in a game's first message, or in a task's text; None if there is none."""
    match = _TASK.search(text)
    if not match:
        return None
    goal = match.group(1).strip().rstrip(".")
    low = goal.lower()
    words = canonical(goal)
    treatment = next((word for word in words if word in ("heat", "cool", "clean")), "")
    count = 2 if "two" in words else 1
    look = re.search(
        r"\b(?:look at|examine|inspect|view|see)\b(.*?)\b(?:under|with|using|by|in the light of|beneath)\b(.*)$", low
    )
    if look:
        return Goal(goal, _noun(look.group(1)), place=_noun(look.group(2)), treatment="", count=1, look=True)
    put = re.search(
        r"^(.*?)\b(?:put|place|move|store|set)\b(.*?)\b(?:in/on|in|on|into|onto|to|inside|at|under)\b(.*)$", low
    )
    if not put:
        return Goal(goal, _noun(low), "", treatment, count)
    before, thing, place = put.groups()
    name = _noun(thing)
    if name in ("it", "them", "") and before:
        name = _noun(re.sub(r"\b(?:and|then)\b.*$", "", before))
    return Goal(goal, name, _noun(place), treatment, count)


_ARTICLES = words_in(
    """
    a an the some two both hot warm cool cold chilled clean washed rinsed heat find look at examine put and then
    of any wash rinse chill take get
    """
)


def _noun(text: str) -> str:
    words = [word for word in re.findall(r"[a-z][a-z-]*|\d+", text) if word not in _ARTICLES and not word.isdigit()]
    if not words:
        rest = re.findall(r"\b(it|them)\b", text)
        return rest[0] if rest else ""
    joined = canonical(" ".join(words))
    return joined[-1] if len(joined) == 1 else "".join(words)


@lru_cache(maxsize=4096)
def read_sight(text: str) -> Sight:
    """Return what a message of the game says."""
    listed = _ADMISSIBLE.search(text)
    admissible = tuple(part.strip() for part in listed.group(1).split(",") if part.strip()) if listed else ()
    body = text[: listed.start()] if listed else text
    if body.strip().startswith("Nothing happens"):
        return Sight(nothing=True, admissible=admissible)
    arrive, seen, closed, opened = (pattern.search(body) for pattern in (_ARRIVE, _SEEN, _CLOSED, _OPENED))
    taken, moved, treated, lit = (pattern.search(body) for pattern in (_TAKEN, _MOVED, _TREATED, _LIT))
    opened_name = (opened.group(1) or opened.group(2)) if opened else ""
    return Sight(
        arrived=arrive.group(1) if arrive else "",
        place=(seen.group(1) or opened_name) if seen else "",
        things=tuple(_THING.findall(seen.group(2))) if seen else None,
        closed=closed.group(1) if closed else "",
        opened=opened_name,
        taken=(taken.group(1), taken.group(2)) if taken else None,
        moved=(moved.group(1), moved.group(2)) if moved else None,
        treated=(treated.group(1), treated.group(2)) if treated else None,
        lit=lit.group(1) if lit else "",
        admissible=admissible,
    )


@lru_cache(maxsize=4096)
def read_room(text: str) -> tuple[str, ...]:
    """Return the places that a game's first message lists."""
    match = _ROOM.search(text)
    return tuple(_THING.findall(match.group(1))) if match else ()


@lru_cache(maxsize=4096)
def read_action(text: str) -> str:
    """Return the command in an assistant's message."""
    found = _ACTION.findall(text)
    return (found[-1] if found else text.strip().rpartition("\n")[2]).strip().strip("`\"'.").lower()


def replay(turns: tuple[tuple[str, str], ...]) -> World:
    """Return the picture that a chat leaves."""
    world = World()
    for role, text in turns:
        if role == "assistant":
            world.last = read_action(text)
            world.turns += 1
        elif role == "user":
            if "Your task is to:" in text:
                world = World(places=read_room(text), goal=goal_of(text), admissible=read_sight(text).admissible)
            else:
                _see(world, read_sight(text))
    return world


def _see(world: World, sight: Sight) -> None:
    world.nothing = sight.nothing
    world.admissible = sight.admissible
    if sight.nothing:
        world.failed[world.last] = world.failed.get(world.last, 0) + 1
        return
    if sight.arrived:
        world.here = sight.arrived
    if sight.place and sight.things is not None:
        world.contents[sight.place] = sight.things
    if sight.closed:
        world.closed.add(sight.closed)
    if sight.opened:
        world.closed.discard(sight.opened)
        world.here = sight.opened
    if sight.taken:
        thing, place = sight.taken
        world.holding = thing
        world.placed.pop(thing, None)
        world.contents[place] = tuple(name for name in world.contents.get(place, ()) if name != thing)
    elif sight.moved:
        thing, place = sight.moved
        world.holding = ""
        world.placed[thing] = place
        world.contents[place] = (*world.contents.get(place, ()), thing)
        world.failed.clear()
    if sight.treated:
        world.treated.add((sight.treated[0], sight.treated[1]))
    if sight.lit:
        world.lit.add(sight.lit)
