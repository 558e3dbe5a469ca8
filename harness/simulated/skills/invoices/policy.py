"""How the simulated agent reads an invoice: labels that it knows, what catches its eye, and what it was told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ...attention import Mind, key_of, recall
from ...guidelines import Rule, sentences
from ...reading import Chat, instruction_of
from .page import Entry, Page, read_page
from .rules import understand
from .words import FILES
from .writing import write

CATCHING = ("bl", "road", "awb")
"""Families of labels that a plain reader takes for a transport reference."""

_DOCUMENT = re.compile(r"<document>(.*?)(?:</document>|\Z)", re.DOTALL)


def act(chat: Chat, mind: Mind) -> str:
    """Return the answer: one line."""
    text = next((turn for role, turn in chat.turns if role == "user"), chat.system)
    match = _DOCUMENT.search(text)
    document = match[1] if match else text
    page = read_page(document)
    episode = key_of(document)
    held = conduct(
        instruction_of(chat.system), len(chat.system) / max(1, len(chat.whole)), page=page, mind=mind, episode=episode
    )
    entry = choose(page, held, mind, episode)
    if entry is None:
        return "Reference: not found"
    return f"Reference: {write(entry, page, held=held)}"


def conduct(instruction: str, share: float, *, page: Page, mind: Mind, episode: str) -> tuple[Rule, ...]:
    """Return the rules of an instruction that are recalled and that this document's situation calls for.

    Those whose conditions all hold come first, the more specific the earlier. Of cases that are described by several
    conditions the nearest ones follow: a reader goes by the most similar case where nothing else is said.
    """
    load = len(sentences(instruction))
    held: list[tuple[float, float, Rule]] = []
    for rules, text, position in guidelines_of(instruction):
        if mind.draw("follow", text, episode) < recall(
            mind.profile, position * share, tokens=mind.tokens, sentences=load
        ):
            for rule in rules:
                conditions = rule.subject.split("&") if rule.subject else []
                holding = sum(page.shows(one) for one in conditions)
                if holding == len(conditions):
                    held.append((0.0, -_WEIGHT.get(rule.subject[:5], float(holding)), rule))
                elif holding and len(conditions) > 1 and rule.positive:
                    held.append((1.0, -float(holding), rule))
    return tuple(dict.fromkeys(rule for _, _, rule in sorted(held, key=lambda one: one[:2])))


_WEIGHT = {"seen:": 9.0}


@lru_cache(maxsize=1024)
def guidelines_of(instruction: str) -> tuple[tuple[tuple[Rule, ...], str, float], ...]:
    """Return (rules, sentence, position) of each guideline in an instruction."""
    return tuple(
        (rules, sentence.text, sentence.position)
        for sentence in sentences(instruction)
        if (rules := understand(sentence.text))
    )


def matches(rule: Rule, entry: Entry) -> bool:
    """Return whether a `read` rule is about an entry."""
    kind, _, what = rule.value.partition(":")
    if kind == "label":
        return entry.key == what or (len(what) >= 4 and f" {what} " in f" {entry.key} ")
    return what in (entry.family, entry.element) if kind in ("family", "element") else False


def choose(page: Page, held: Sequence[Rule], mind: Mind, episode: str) -> Entry | None:
    """Return the entry that the agent answers from.

    What an instruction says of this situation goes first, then labels and kinds of numbers that it names, then labels
    that the agent knows by itself, then elements that it names, then what catches the eye.
    """
    reads = [rule for rule in held if rule.kind == "read"]
    never = [rule for rule in reads if not rule.positive]
    entries = [one for one in page.entries if one.value and not any(matches(rule, one) for rule in never)]
    if not entries:
        return None
    if not mind.chance(mind.profile.slip, "slip", episode):
        wanted = [rule for rule in reads if rule.positive]
        special = [rule for rule in wanted if rule.subject]
        general = [rule for rule in wanted if not rule.subject]
        named = [rule for rule in general if not rule.value.startswith("element:")]
        known = ("transport", *FILES) if mind.chance(mind.profile.sense, "sense", episode) else ("transport",)
        for rules in (special, [rule for rule in named if rule.value.startswith("label:")], named):
            for entry in entries:
                if any(matches(rule, entry) for rule in rules):
                    return entry
        for family in known:
            for entry in entries:
                if entry.family == family:
                    return entry
        for rule in general:
            for entry in entries:
                if not entry.label and matches(rule, entry):
                    return entry
    return next((one for one in entries if one.family in CATCHING), entries[0])
