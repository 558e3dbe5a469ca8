"""An evaluator's eye for household attempts: what the winning commands have that the attempt lacks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...attention import Mind
from ...reading import Case, Turn
from ..base import Judgement
from . import advice
from .rules import understand
from .words import TREATMENTS
from .world import Goal, goal_of, kind_of, read_sight

_COMMAND = re.compile(
    r"^\s*>?\s*((?:go to|take|open|move|put|heat|cool|clean|use|examine|slice)\b.*)$", re.MULTILINE | re.IGNORECASE
)
_TAKE = re.compile(r"^take (.+ \d+) from (.+ \d+)$")
_TREAT = re.compile(r"^(heat|cool|clean) (.+ \d+) with (.+ \d+)$")
_PUT = re.compile(r"^(?:move|put) (.+ \d+) (?:to|in/on|in|on|into) (.+ \d+)$")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list of commands does, by kind."""

    takes: tuple[tuple[str, str], ...]
    treats: tuple[tuple[str, str], ...]
    puts: tuple[tuple[str, str], ...]
    opens: tuple[str, ...]
    uses: tuple[str, ...]


def plan_of(commands: Sequence[str]) -> Plan:
    """Return what commands do; numbers are dropped, the order is kept."""
    takes, treats, puts, opens, uses = [], [], [], [], []
    for command in commands:
        if match := _TAKE.match(command):
            takes.append((kind_of(match[1]), kind_of(match[2])))
        elif match := _TREAT.match(command):
            treats.append((match[1], kind_of(match[3])))
        elif match := _PUT.match(command):
            puts.append((kind_of(match[1]), kind_of(match[2])))
        elif command.startswith("open "):
            opens.append(kind_of(command[5:]))
        elif command.startswith("use "):
            uses.append(kind_of(command[4:]))
    return Plan(tuple(takes), tuple(treats), tuple(puts), tuple(opens), tuple(uses))


def judge(case: Case, mind: Mind) -> Judgement:
    """Compare an attempt with the truth's commands; causes are named in order, as many as the profile allows."""
    commands = [command.strip().lower() for command in _COMMAND.findall(case.truth)]
    truth = plan_of(commands)
    worked = [turn for turn in case.turns if not _nothing(turn)]
    done = plan_of([turn.action.strip().lower() for turn in worked])
    key = case.query + case.truth
    if case.success or (not case.outcome and _reached(truth, done)):
        return _praise(truth, mind, key=key)
    causes = [
        cause
        for index, cause in enumerate(_causes(case, truth, done=done))
        if mind.recalls(cause[1], 0.35 + 0.1 * min(index, 5), key)
    ]
    goal = goal_of(case.query)
    if mind.chance(mind.profile.error, "error", key):
        wrong = advice.misreadings(goal.treatment if goal else "")
        causes.insert(0, wrong[int(mind.draw("misreading", key) * len(wrong))])
    if not causes:
        return Judgement(
            False,
            "The goal was not reached.",
            pattern="The attempt does not show why.",
            advice="Work step by step towards the goal.",
        )
    named = causes[: max(1, mind.profile.causes)]
    return Judgement(False, named[0][0], pattern=named[0][1], advice=" ".join(cause[2] for cause in named))


def _nothing(turn: Turn) -> bool:
    return turn.observation.strip().startswith("Nothing happens")


def _reached(truth: Plan, done: Plan) -> bool:
    return (
        bool(truth.puts or truth.uses)
        and set(truth.puts) <= set(done.puts)
        and set(truth.treats) <= set(done.treats)
        and set(truth.uses) <= set(done.uses)
    )


def _praise(truth: Plan, mind: Mind, *, key: str) -> Judgement:
    """Say what made a success work: the first of the plan's features that is recalled."""
    texts = [advice.prepare(treatment, place) for treatment, place in truth.treats]
    if truth.uses:
        texts.append(advice.look(truth.uses[0]))
    if len(truth.puts) >= 2:
        texts.append(advice.second())
    if truth.takes:
        texts.append(advice.likely(truth.takes[0][0], [truth.takes[0][1]]))
    texts = [text for text in texts if mind.recalls(text, 0.4, key)]
    chosen = " ".join(texts[: max(1, mind.profile.causes)])
    return Judgement(
        True, "nothing", pattern="It went straight for the goal.", advice=chosen or "Keep working step by step."
    )


def _causes(case: Case, truth: Plan, *, done: Plan) -> list[tuple[str, str, str]]:
    """Return (what failed, pattern, advice) of each cause that the comparison shows."""
    goal = goal_of(case.query)
    thing = goal.thing if goal else (truth.takes[0][0] if truth.takes else "object")
    found: list[tuple[str, str, str]] = []
    took = any(kind == thing for kind, _ in done.takes)
    closed = [read_sight(turn.observation).closed for turn in case.turns]
    closed_kinds = {kind_of(place) for place in closed if place}
    visits = Counter(turn.action.strip().lower() for turn in case.turns if turn.action.lower().startswith("go to "))
    if took:
        found += _unfinished(truth, done, goal=goal, closed=closed_kinds)
    source = next((place for kind, place in truth.takes if kind == thing), "")
    if not took and not (goal and goal.look and truth.uses and not done.uses and _seen(case, thing)):
        if closed_kinds and not done.opens:
            found.append(
                (
                    "The agent stood before closed receptacles and never looked inside.",
                    "It passes closed places by.",
                    advice.open_search(),
                )
            )
        if sum(count - 1 for count in visits.values()) >= 6:
            found.append(
                ("The agent never found the object.", "It searches the same places again and again.", advice.remember())
            )
        if source:
            found.append(
                (
                    f"The agent never took a {thing}.",
                    "It searches without an idea where things are kept.",
                    advice.likely(thing, [source]),
                )
            )
        if goal and goal.look:
            found.append(
                (
                    "The object was not in hand.",
                    "It does not take the object.",
                    advice.look(truth.uses[0] if truth.uses else goal.place),
                )
            )
    elif not took:
        found.append(
            (
                "The agent did not take the object and did not use the lamp.",
                "It only looks.",
                advice.look(truth.uses[0]),
            )
        )
    repeated = Counter(turn.action.strip().lower() for turn in case.turns if _nothing(turn))
    if repeated and max(repeated.values()) >= 3:
        found.append(
            ("A command that did nothing was given again and again.", "It repeats what fails.", advice.retry())
        )
    if took and sum(count - 1 for count in visits.values()) >= 8:
        found.append(
            ("Steps were lost in places that were searched before.", "It forgets where it has been.", advice.remember())
        )
    return found


def _unfinished(truth: Plan, done: Plan, *, goal: Goal | None, closed: set[str]) -> list[tuple[str, str, str]]:
    """Return the causes of an attempt that took the object and still failed."""
    found: list[tuple[str, str, str]] = []
    for treatment, place in dict.fromkeys(truth.treats):
        if treatment in TREATMENTS and not any(t == treatment for t, _ in done.treats):
            found.append(
                (
                    f"The object was never {advice.PAST[treatment]}.",
                    f"It does not {treatment} things.",
                    advice.prepare(treatment, place),
                )
            )
    if truth.uses and not done.uses:
        found.append(
            (f"The {truth.uses[0]} was never used.", "It does not switch the lamp on.", advice.look(truth.uses[0]))
        )
    missing = len(truth.puts) - len([put for put in done.puts if goal is None or put[1] == goal.place])
    if missing > 0 and goal and goal.count == 2 and len(truth.puts) >= 1 and done.puts:
        found.append(("Only one of the two objects was placed.", "It stops after the first object.", advice.second()))
    if (
        goal
        and goal.place in closed
        and goal.place not in done.opens
        and not any(p == goal.place for _, p in done.puts)
    ):
        found.append(
            (
                f"The {goal.place} was closed and nothing was placed.",
                "It does not open the destination.",
                advice.open_destination(),
            )
        )
    return found


def _seen(case: Case, kind: str) -> bool:
    return any(kind_of(name) == kind for turn in case.turns for name in read_sight(turn.observation).things or ())


def whereabouts(cases: Sequence[Case], mind: Mind) -> list[tuple[str, int]]:
    """Return where successful attempts took the wanted object from, with counts, as far as recalled."""
    counts: Counter[tuple[str, str]] = Counter()
    for index, case in enumerate(cases):
        goal = goal_of(case.query)
        if not case.success or goal is None or not mind.recalls("whereabouts", case.position, index, case.query):
            continue
        for thing, place in plan_of([turn.action.strip().lower() for turn in case.turns if not _nothing(turn)]).takes:
            if thing == goal.thing:
                counts[thing, place] += 1
    return [
        (advice.likely(thing, [place]), count)
        for (thing, place), count in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
    ]


def join(notes: Sequence[str]) -> list[str]:
    """Say in one sentence where a thing is found; other notes stay as they are, in order."""
    places: dict[str, list[str]] = {}
    out: list[tuple[str, str]] = []  # a note, or the thing whose places are told in its stead
    for note in notes:
        rules = understand(note)
        if rules and all(rule.kind == "likely" and rule.positive and rule.subject != "*" for rule in rules):
            for rule in rules:
                if rule.subject not in places:
                    places[rule.subject] = []
                    out.append(("", rule.subject))
                if rule.value not in places[rule.subject]:
                    places[rule.subject].append(rule.value)
        else:
            out.append((note, ""))
    return [advice.likely(thing, places[thing]) if thing else note for note, thing in out]
