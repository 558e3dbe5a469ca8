"""The role of the merger: one instruction from several, each with its performance."""

from __future__ import annotations

from . import marks
from .attention import Mind
from .guidelines import Rule, sentences
from .reading import Chat, blocks, read_performance
from .rewriting import Note, gather, render, settle
from .skills import skill_for

_LEAST = 0.01  # What the word of a candidate counts that solved nothing.
_HEARSAY = (
    0.5  # How much less a candidate counts on rules that its own tasks were not about, where it says which they were.
)
_EVEN_VOTES = 0.01  # What performance counts beside tasks that were seen: it decides between equal numbers of them.
_EVEN = 0.5  # What a candidate counts for whose performance is not stated.


def answer(chat: Chat, mind: Mind) -> str:
    """Return a remark and the merged instruction between tags."""
    user = "\n".join(text for role, text in chat.turns if role == "user")
    skill = skill_for(f"{chat.system}\n{user}")
    if skill.tools is not None:
        return skill.tools.unite(chat, mind)
    head: list[str] = []
    notes: list[Note] = []
    candidates = blocks(user, "candidate")
    size = max(1, len(user))
    explained = marks.explained(chat.system)
    for number, candidate in enumerate(candidates):
        stated = read_performance(candidate.attributes.get("performance", ""))
        shown = marks.read(candidate.text) if explained else marks.unmarked(candidate.text)
        begun = False
        for index, sentence in enumerate(sentences(shown.text)):
            rules = skill.understand(sentence.text)
            if not rules and not begun:
                if sentence.text not in head:
                    head.append(sentence.text)
                continue
            begun = True
            position = candidate.position + sentence.position * len(candidate.text) / size
            certain = mind.profile.recall == 1.0
            if certain or (
                mind.chance(mind.profile.keep, "keep", sentence.text, number)
                and mind.recalls(sentence.text, position, "candidate", number, index)
            ):
                own = weight(stated, rules)
                counts = shown.votes(sentence.text, 1.0) + own * _EVEN_VOTES if explained else own
                names = shown.names(sentence.text)
                notes.append(Note(sentence.text, rules, counts, prior=True, voices={number}, rests=names))
    merged = settle(gather(notes), skill.exclusive)
    mark = marks.marking(skill.understand, notes) if marks.asked(chat.system) else None
    text = render(skill, head, notes=merged, mark=mark)
    remark = f"I join {len(candidates)} instructions: {len(merged)} of {len(notes)} guidelines that I found in them."
    return f"{remark}\n\n<instruction>\n{text}\n</instruction>"


def weight(stated: tuple[tuple[str, float, int], ...], rules: tuple[Rule, ...]) -> float:
    """Return how much a candidate's word counts on these rules: its share on the tasks they are about, else overall."""
    words = {part for rule in rules for part in (rule.kind, rule.subject, rule.value) if len(part) > 2}
    overall = _LEAST + next((share for name, share, _ in stated if not name), _EVEN)
    categories = [(name, share) for name, share, _ in stated if name]
    about = [share for name, share in categories if any(word in name for word in words)]
    if about:
        return _LEAST + sum(about) / len(about)
    return overall * _HEARSAY if categories else overall
