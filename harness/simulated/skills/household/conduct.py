"""How an agent will behave: the plain policy's gaps, closed by the guidelines that it has in mind."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from ...attention import Mind, recall
from ...guidelines import Rule, contradicts, sentences
from .rules import EXCLUSIVE, understand
from .words import TREATMENTS

# What common sense fills a gap with, when it does: the appliance that a person would think of.
_SENSE_APPLIANCE = {"heat": "microwave", "cool": "fridge", "clean": "sinkbasin"}
_WORTH_NAMING = 0.5  # A guideline that names a treatment but no appliance makes common sense this much likelier.


@dataclass(slots=True)
class Conduct:
    """What the agent knows to do in this episode.

    Attributes
    ----------
    appliance
        Treatment to kind of place; a treatment that is missing is not thought of.
    after
        Treatments that it believes belong after placing.
    likely
        (thing or ``*``, kind of place) to a weight above 1, or below 1 for where it is not.
    """

    appliance: dict[str, str] = field(default_factory=dict)
    after: set[str] = field(default_factory=set)
    open_search: bool = False
    open_destination: bool = False
    remember: bool = False
    retry: bool = False
    second: bool = False
    both: bool = False
    hold: bool = False
    lamp: bool = False
    likely: dict[tuple[str, str], float] = field(default_factory=dict)


@lru_cache(maxsize=1024)
def guidelines_of(instruction: str) -> tuple[tuple[tuple[Rule, ...], str, float], ...]:
    """Return (rules, sentence, position) of each guideline in an instruction."""
    return tuple(
        (rules, sentence.text, sentence.position)
        for sentence in sentences(instruction)
        if (rules := understand(sentence.text))
    )


def conduct_of(instruction: str, start: float, *, mind: Mind, episode: str) -> Conduct:
    """Return the conduct that an instruction, as far as it is recalled, and common sense lead to.

    The draw of a guideline is made once per episode and compared with a recall that falls as the chat grows: what has
    slipped from mind does not come back.

    Parameters
    ----------
    instruction
        The instruction's text.
    start
        Share of the prompt at which it ends: its guidelines stand between 0 and `start`.
    mind
        Attention of this answer.
    episode
        What tells this episode from others: the game's first message.
    """
    load = len(sentences(instruction))
    held: list[tuple[Rule, float]] = []
    for rules, text, position in guidelines_of(instruction):
        chance = recall(mind.profile, position * start, tokens=mind.tokens, sentences=load)
        draw = mind.draw("follow", text, episode)
        if draw < chance:
            held.extend((rule, mind.draw("weight", text, episode)) for rule in rules)
    return _resolve(held, mind, episode=episode)


def _resolve(held: list[tuple[Rule, float]], mind: Mind, *, episode: str) -> Conduct:
    """Let contradictory rules compete by draw, and fill gaps by common sense."""
    held.sort(key=lambda item: (-item[1], item[0]))
    rules: list[Rule] = []
    for rule, _ in held:
        if rule not in rules and not any(contradicts(rule, kept, exclusive=EXCLUSIVE) for kept in rules):
            rules.append(rule)
    said = {(rule.kind, rule.subject): rule for rule in reversed(rules)}

    def sense(gap: str, factor: float = 1.0) -> bool:
        return mind.chance(mind.profile.sense * factor, "sense", gap, episode)

    def told(kind: str, subject: str, gap: str, factor: float = 1.0) -> bool:
        rule = said.get((kind, subject))
        return rule.positive if rule else sense(gap, factor)

    opening = said.get(("open", ""))
    conduct = Conduct(
        open_search=opening.positive if opening and ("open", "search") not in said else told("open", "search", "open"),
        open_destination=opening.positive
        if opening and ("open", "destination") not in said
        else told("open", "destination", "open"),
        remember=told("remember", "", "remember", 0.5),
        retry=told("retry", "", "retry"),
        second=told("two", "continue", "second"),
        hold=told("look", "hold", "hold", 2.0),
        lamp=told("look", "use", "lamp", 1.3),
    )
    carry = said.get(("carry", "two"))
    conduct.both = carry.value == "both" if carry else False
    for treatment in TREATMENTS:
        named = [rule for rule in rules if rule.kind == "prepare" and rule.subject == treatment]
        sensible = _SENSE_APPLIANCE[treatment]
        good = next((rule.value for rule in named if rule.positive and rule.value), "")
        if good:
            conduct.appliance[treatment] = good
        elif any(not rule.positive and rule.value in ("", sensible) for rule in named):
            continue
        elif (named and mind.chance(mind.profile.sense + _WORTH_NAMING, "sense", treatment, episode)) or sense(
            treatment
        ):
            conduct.appliance[treatment] = sensible
        order = said.get(("order", treatment))
        if order and order.value == "after":
            conduct.after.add(treatment)
    for rule in rules:
        if rule.kind == "likely":
            conduct.likely[rule.subject, rule.value] = 5.0 if rule.positive else 0.2
    return conduct
