"""The next command of a household agent: a plain policy over what it has seen, bent by its conduct."""

from __future__ import annotations

from ...attention import Mind, key_of
from ...reading import Chat, instruction_of
from ...tokens import count_tokens
from .conduct import Conduct, conduct_of
from .words import LAMPS, words_in
from .world import Goal, World, kind_of, replay

_STUBBORN = 0.75  # How often an agent that was not told better repeats a command that did nothing.
_HABIT = 4.0  # How strongly a search without memory keeps to favourite places; 0 is even.
_GENERIC = "*"
_SURFACES = words_in("countertop desk diningtable coffeetable sidetable shelf bed sofa armchair tvstand ottoman cart")


def act(chat: Chat, mind: Mind) -> str:
    """Return the agent's next turn, as ``Thought: ...`` and ``Action: ...``."""
    world = replay(chat.turns)
    instruction = instruction_of(chat.system or chat.first_user)
    start = count_tokens(chat.system) / max(1, mind.tokens) if chat.system else 0.0
    episode = key_of(chat.first_user)
    conduct = conduct_of(instruction, start, mind=mind, episode=episode)
    moves = "move (" in chat.system or not chat.system or any(c.startswith("move ") for c in world.admissible)
    thought, command = Policy(world, conduct, mind, episode, moves).decide()
    command = _admissible(command, world, mind=mind)
    return f"Thought: {thought}\nAction: {command}"


def _admissible(command: str, world: World, *, mind: Mind) -> str:
    """Where commands are listed, choose from them: this one, else one with the same verb, else another place."""
    listed = world.admissible
    if not listed or command in listed:
        return command
    verb = command.partition(" ")[0]
    options = (
        [c for c in listed if c.startswith(verb + " ")] or [c for c in listed if c.startswith("go to ")] or list(listed)
    )
    return mind.choose(options, [1.0] * len(options), "admissible", world.turns)


class Policy:
    """One decision.

    Parameters
    ----------
    world, conduct, mind
        What was seen, what is known to do, and attention.
    episode
        Key of this episode's draws.
    moves
        Whether things are placed with ``move X to Y`` (else ``put X in/on Y``).
    """

    def __init__(self, world: World, conduct: Conduct, mind: Mind, episode: str, moves: bool) -> None:
        self.world = world
        self.conduct = conduct
        self.mind = mind
        self.episode = episode
        self.moves = moves

    def decide(self) -> tuple[str, str]:
        """Return (thought, command)."""
        world, mind = self.world, self.mind
        goal = world.goal
        if goal is None or not world.places:
            return "I do not see what to do yet.", "look"
        if mind.chance(mind.profile.slip, "slip", self.episode, world.turns):
            return "Let me look around first.", f"go to {self._any_place()}"
        if world.nothing and world.last:
            if world.last.startswith("go to ") and not world.failed.get(f"examine {world.last[6:]}"):
                return "I seem to be there already.", f"examine {world.last[6:]}"
            stubborn = not self.conduct.retry and mind.chance(_STUBBORN, "stubborn", self.episode, world.turns)
            if stubborn and world.last.partition(" ")[0] in ("move", "put", "take", "heat", "cool", "clean", "use"):
                return "That should work. Once more.", world.last
        if goal.look:
            return self._look(goal)
        return self._deliver(goal)

    def _deliver(self, goal: Goal) -> tuple[str, str]:
        world = self.world
        done = [
            name for name, place in world.placed.items() if kind_of(name) == goal.thing and kind_of(place) == goal.place
        ]
        wanted = goal.count if self.conduct.second else 1
        if world.holding:
            if kind_of(world.holding) != goal.thing:
                return f"I do not need the {world.holding}.", self._put(world.holding, world.here)
            if self.conduct.both and goal.count == 2 and not done:
                return f"I have the {world.holding}; I take the second one too.", self._seek(goal, done)
            return self._bring(goal, world.holding)
        if len(done) >= wanted:
            late = self._treat(goal, done[-1]) if goal.treatment in self.conduct.after else None
            return late or (f"The {goal.thing} is in its place; I think that I am done.", "look")
        return f"I need a {goal.thing}.", self._seek(goal, done)

    def _bring(self, goal: Goal, thing: str) -> tuple[str, str]:
        if goal.treatment not in self.conduct.after and (treat := self._treat(goal, thing)):
            return treat
        target = self._destination(goal)
        if not target:
            return f"I look for a {goal.place}.", f"go to {self._any_place()}"
        if self.world.here != target:
            return f"I bring the {thing} to the {target}.", f"go to {target}"
        if target in self.world.closed and self.conduct.open_destination:
            return f"The {target} is closed.", f"open {target}"
        return f"I place the {thing}.", self._put(thing, target)

    def _treat(self, goal: Goal, thing: str) -> tuple[str, str] | None:
        """Return the next act of heating, cooling or cleaning; None if nothing is left to do, or known."""
        kind = self.conduct.appliance.get(goal.treatment, "")
        if not goal.treatment or not kind or (goal.treatment, thing) in self.world.treated:
            return None
        options = [place for place in self.world.places if kind_of(place) == kind]
        if not options:
            return None
        target = self.world.here if self.world.here in options else options[0]
        command = f"{goal.treatment} {thing} with {target}"
        if self.world.failed.get(command, 0) >= 2 and self.conduct.retry:
            return None
        if self.world.here != target:
            return f"I have to {goal.treatment} the {thing}: to the {target}.", f"go to {target}"
        return f"I {goal.treatment} the {thing} with the {target}.", command

    def _look(self, goal: Goal) -> tuple[str, str]:
        world = self.world
        lamp = next(
            ((name, place) for place, things in world.contents.items() for name in things if self._is_lamp(name, goal)),
            None,
        )
        held = bool(world.holding) and kind_of(world.holding) == goal.thing
        if world.holding and not held:
            return f"I do not need the {world.holding}.", self._put(world.holding, world.here)
        if self.conduct.hold and not held:
            return f"I take the {goal.thing} first.", self._seek(goal, [])
        if not self.conduct.lamp:
            seen = self._seen(goal.thing)
            if held or world.here in [place for _, place in seen]:
                name = world.holding or next(name for name, place in seen if place == world.here)
                if world.last != f"examine {name}":
                    return f"I look at the {name}.", f"examine {name}"
                return "I look around for better light.", f"go to {self._any_place()}"
            return f"I need the {goal.thing}.", self._seek(goal, [])
        if lamp is None:
            return f"I need the {goal.place}.", self._search(goal.place)
        if world.here != lamp[1]:
            return f"The {lamp[0]} is at the {lamp[1]}.", f"go to {lamp[1]}"
        if lamp[0] not in world.lit or not held:
            if not held and lamp[0] in world.lit:
                return f"The light is on; now the {goal.thing}.", self._seek(goal, [])
            return f"I switch the {lamp[0]} on.", f"use {lamp[0]}"
        return f"I look at the {world.holding}.", f"examine {world.holding}"

    @staticmethod
    def _is_lamp(name: str, goal: Goal) -> bool:
        kind = kind_of(name)
        return kind == goal.place or (goal.place == "lamp" and kind in LAMPS)

    def _seen(self, kind: str) -> list[tuple[str, str]]:
        """Return (thing, place) of the things of a kind that were seen, where they were seen last."""
        return [
            (name, place) for place, things in self.world.contents.items() for name in things if kind_of(name) == kind
        ]

    def _seek(self, goal: Goal, done: list[str]) -> str:
        """Return a command that gets the wanted thing, or nearer to one."""
        world = self.world
        seen = [(n, p) for n, p in self._seen(goal.thing) if n not in done and n != world.holding]
        here = [(n, p) for n, p in seen if p == world.here]
        if here:
            return f"take {here[0][0]} from {here[0][1]}"
        # Without a memory of places, what was seen in passing is forgotten as well.
        if seen and self.conduct.remember:
            return f"go to {seen[0][1]}"
        return self._search(goal.thing)

    def _search(self, kind: str) -> str:
        world, conduct = self.world, self.conduct
        if world.here in world.closed and conduct.open_search:
            return f"open {world.here}"
        options = [place for place in world.places if place != world.here and not world.failed.get(f"go to {place}")]
        if conduct.remember:
            known = world.contents.keys() | (world.closed if not conduct.open_search else set())
            options = [place for place in options if place not in known] or options
        if not conduct.open_search:
            options = [place for place in options if place not in world.closed] or options
        if not options:
            return "look"
        weights = [self._weight(kind, place) * self._habit(place) for place in options]
        return f"go to {self.mind.choose(options, weights, 'search', self.episode, world.turns)}"

    def _habit(self, place: str) -> float:
        """Return how a place draws an agent that does not track where it has been: it keeps to a few favourites."""
        return 1.0 if self.conduct.remember else self.mind.draw("habit", self.episode, place) ** _HABIT

    def _weight(self, kind: str, place: str) -> float:
        likely = self.conduct.likely
        if not likely:
            return 1.0
        where = kind_of(place)
        weight = likely.get((kind, where)) or likely.get((_GENERIC, where))
        if weight is None and where in _SURFACES:
            weight = likely.get((kind, "surface")) or likely.get((_GENERIC, "surface"))
        return weight or 1.0

    def _destination(self, goal: Goal) -> str:
        """Return the place to put things: one of the kind, another one after a failure if the agent knows to try."""
        options = [place for place in self.world.places if kind_of(place) == goal.place]
        if not options:
            return ""
        used = [place for place in self.world.placed.values() if place in options]
        if used:
            return used[0]
        if self.conduct.retry:
            options = [p for p in options if not any(c.endswith(p) for c in self.world.failed)] or options
        if self.world.here in options:
            return self.world.here
        return options[int(self.mind.draw("destination", self.episode) * len(options))]

    def _put(self, thing: str, place: str) -> str:
        return f"move {thing} to {place}" if self.moves else f"put {thing} in/on {place}"

    def _any_place(self) -> str:
        places = self.world.places
        return places[int(self.mind.draw("wander", self.episode, self.world.turns) * len(places))]
