"""The role of the optimizer: the next instruction, from the one before and what was experienced with it."""

from __future__ import annotations

from dataclasses import replace

from . import marks
from .attention import Mind
from .guidelines import sentences
from .reading import Case, Chat, blocks, read_case
from .rewriting import Note, gather, render, settle
from .skills import skill_for
from .skills.base import Skill

_TRUST = 1.5  # Votes that a guideline has for standing in the instruction already.
_UNCHANGED = "<instruction>unchanged</instruction>"  # What a prompt may offer as an answer.
_SUCCESS = 0.5  # What a remark about a success weighs, against one about a failure.


def answer(chat: Chat, mind: Mind) -> str:
    """Return a remark and the new instruction between tags."""
    user = "\n".join(text for role, text in chat.turns if role == "user")
    skill = skill_for(f"{chat.system}\n{user}")
    if skill.tools is not None:
        return skill.tools.rewrite(chat, mind)
    found = blocks(user, "instruction")
    shown = found[0].text if found else ""
    stated = marks.read(shown) if marks.explained(chat.system) else marks.unmarked(shown)
    instruction = stated.text
    experiences = blocks(user, "experience")
    cases = [read_case(block.text, block, instruction=instruction) for block in experiences]
    if _UNCHANGED in chat.system and not any(not case.success or case.evaluation.get("advice") for case in cases):
        return f"None of {len(cases)} attempts failed.\n\n{_UNCHANGED}"
    share = (len(instruction) / max(1, len(user))) if user else 0.0
    head, prior = _prior(stated, share, skill=skill, mind=mind)
    advised = _advised(cases, [block.attributes.get("number", "") for block in experiences], skill=skill, mind=mind)
    pool = [*prior, *advised]
    known = {note.text for note in prior}
    fresh = sorted(
        (note for note in gather(advised) if note.text not in known), key=lambda note: (-note.weight, note.order)
    )
    chosen = settle(gather([*prior, *_within_capacity(fresh, prior, mind=mind)]), skill.exclusive)
    mark = marks.marking(skill.understand, pool) if marks.asked(chat.system) else None
    text = render(skill, head, notes=chosen, mark=mark) or instruction
    lost = sum(not case.success for case in cases)
    remark = f"Of {len(cases)} attempts {lost} failed. I keep what worked and add what would have helped."
    return f"{remark}\n\n<instruction>\n{text}\n</instruction>"


def _prior(stated: marks.Marks, share: float, *, skill: Skill, mind: Mind) -> tuple[list[str], list[Note]]:
    """Return the opening sentences and the guidelines that are written again; what is not recalled is forgotten."""
    head: list[str] = []
    notes: list[Note] = []
    for index, sentence in enumerate(sentences(stated.text)):
        rules = skill.understand(sentence.text)
        if not rules and not notes:
            head.append(sentence.text)
            continue
        certain = mind.profile.recall == 1.0
        if certain or (
            mind.chance(mind.profile.keep, "keep", sentence.text)
            and mind.recalls(sentence.text, sentence.position * share, "prior", index)
        ):
            votes = stated.votes(sentence.text, _TRUST)
            notes.append(Note(sentence.text, rules, votes, prior=True, rests=stated.names(sentence.text)))
    return head, notes


def _advised(cases: list[Case], numbers: list[str], *, skill: Skill, mind: Mind) -> list[Note]:
    """Return the notes that the evaluations, and the attempts themselves, give; as far as they are recalled."""
    named = [{number} if number else set[str]() for number in numbers]
    notes: list[Note] = []
    for index, case in enumerate(cases):
        for sentence in sentences(case.evaluation.get("advice", "")):
            rules = skill.understand(sentence.text)
            if rules and mind.recalls(sentence.text, case.position, "advice", index):
                weight = _SUCCESS if case.success else 1.0
                notes.append(Note(sentence.text, rules, weight, rests=set(named[index])))
    noticed = _noticed_in(cases, named, skill=skill, mind=mind) if any(numbers) else {}
    notes.extend(
        Note(
            text,
            skill.understand(text),
            weight=_SUCCESS * count,
            mentions=count,
            rests=set(noticed.get(text, ())),
        )
        for text, count in skill.notice(cases, mind)
    )
    return notes


def _noticed_in(cases: list[Case], named: list[set[str]], *, skill: Skill, mind: Mind) -> dict[str, set[str]]:
    """Return the numbers of the attempts that show each general observation: those that show it with no other."""
    found: dict[str, set[str]] = {}
    for index, numbers in enumerate(named):
        alone = [case if n == index else replace(case, outcome="failure") for n, case in enumerate(cases)]
        for text, _ in skill.notice(alone, mind):
            found.setdefault(text, set()).update(numbers)
    return found


def _within_capacity(fresh: list[Note], prior: list[Note], *, mind: Mind) -> list[Note]:
    """Return the notes of new meaning that fit into one rewrite, and all that only confirm what stands there."""
    standing = {rule for note in prior for rule in note.rules}
    confirming = [note for note in fresh if standing.issuperset(note.rules)]
    new = [note for note in fresh if not standing.issuperset(note.rules)]
    return [*confirming, *new[: max(1, mind.profile.capacity)]]
