"""The generic agent: an answer from what the task shows, bent by the guidelines that apply."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...attention import Mind, recall
from ...guidelines import Rule, contradicts, sentences
from ...reading import Chat, instruction_of
from ...tokens import count_tokens
from .rules import EXCLUSIVE, understand
from .task import TextTask, read_task, value_of


def act(chat: Chat, mind: Mind) -> str:
    """Return the answer, in the form that the prompt asks for."""
    query = chat.first_user
    task = read_task(query)
    rules = held_rules(instruction_of(chat.system or ""), chat, mind=mind, query=query) if chat.system else []
    text = answer(task, rules)
    if re.search(r"\bAnswer:", chat.system):
        return (
            f"Thought: I read the task and follow the instruction.\nAnswer: {text}"
            if "Thought:" in chat.system
            else f"Answer: {text}"
        )
    if re.search(r"\bAction:", chat.system):
        return f"Thought: I read the task and follow the instruction.\nAction: {text}"
    return text


def held_rules(instruction: str, chat: Chat, *, mind: Mind, query: str) -> list[Rule]:
    """Return the rules that are recalled and apply to the task, contradictions settled by draw."""
    parts = sentences(instruction)
    start = count_tokens(chat.system) / max(1, mind.tokens)
    words = set(re.findall(r"[\w-]+", query.lower()))
    held: list[tuple[float, Rule]] = []
    for sentence in parts:
        rules = [rule for rule in understand(sentence.text) if words.issuperset(rule.subject.split())]
        if rules and mind.draw("follow", sentence.text, query) < recall(
            mind.profile, sentence.position * start, tokens=mind.tokens, sentences=len(parts)
        ):
            # The more a guideline says about when it applies, the more it is heeded.
            weight = mind.draw("weight", sentence.text, query)
            held.extend((weight + len(rule.subject.split()), rule) for rule in rules)
    chosen: list[Rule] = []
    for _, rule in sorted(held, key=lambda pair: (-pair[0], pair[1])):
        general = Rule(rule.kind, "", rule.value, rule.positive)
        if not any(
            contradicts(general, Rule(kept.kind, "", kept.value, kept.positive), exclusive=EXCLUSIVE) for kept in chosen
        ):
            chosen.append(rule)
    return chosen


def answer(task: TextTask, rules: Sequence[Rule]) -> str:
    """Return the answer to a task under rules."""
    said = next((rule.value for rule in rules if rule.kind == "say" and rule.positive), None)
    if said is not None:
        return said
    value = _base(task, rules)
    for rule in rules:
        if rule.positive:
            value = transform(value, rule)
    return value


def _base(task: TextTask, rules: Sequence[Rule]) -> str:
    for rule in rules:
        if rule.kind == "field" and rule.positive and (value := field(task, rule.value)) is not None:
            return value
    for rule in rules:
        if rule.kind == "pick" and rule.positive and (value := pick(task, rule.value)) is not None:
            return value
    banned = {field(task, rule.value) for rule in rules if rule.kind == "field" and not rule.positive}
    banned |= {pick(task, rule.value) for rule in rules if rule.kind == "pick" and not rule.positive}
    return default(task, frozenset(value for value in banned if value is not None))


def field(task: TextTask, label: str) -> str | None:
    """Return the value of the field with a label; of one that only contains it if none has it."""
    exact = next((value for name, value in task.fields if name == label), None)
    return exact if exact is not None else next((value for name, value in task.fields if label in name), None)


def pick(task: TextTask, which: str) -> str | None:
    """Return what ``first number``, ``longest word``, ``sum``, ``words`` and the like pick; None if there is none."""
    if which == "words":
        return str(len(task.words))
    if which == "letters":
        return str(sum(character.isalpha() for character in task.subject))
    if which == "numbers":
        return str(len(task.numbers))
    if which == "sum":
        return f"{sum(map(value_of, task.numbers)):.10g}" if task.numbers else None
    rank, _, what = which.partition(" ")
    items: Sequence[str] = {"number": task.numbers, "word": task.words, "option": task.options}.get(what, ())
    if not items:
        return None
    if rank in ("first", "last", "second"):
        index = {"first": 0, "last": -1, "second": 1}[rank]
        return items[index] if len(items) > abs(index) - (index < 0) else None
    size = value_of if what == "number" else len
    ordered = sorted(items, key=size)
    return ordered[0] if rank in ("smallest", "shortest") else ordered[-1]


def transform(value: str, rule: Rule) -> str:
    """Return a value as a rule wants it written."""
    if rule.kind == "case":
        return {"upper": value.upper(), "lower": value.lower(), "title": value.title()}.get(rule.value, value)
    if rule.kind == "turn":
        return value[::-1]
    if rule.kind == "drop":
        return value[len(rule.value) :].strip() if value.lower().startswith(rule.value.lower()) else value
    if rule.kind == "keep":
        return "".join(c for c in value if (c.isdigit() if rule.value == "digits" else c.isalpha()))
    return value


def default(task: TextTask, banned: frozenset[str] = frozenset()) -> str:
    """Return what the plain policy answers: the first field that the question names, option, number, or word."""
    asked = set(re.findall(r"[^\W\d_]+", task.question.lower()))
    named = [value for name, value in task.fields if asked & set(re.findall(r"[^\W\d_]+", name))]
    whole = [task.subject] if task.subject != task.text else []
    for group in (named, task.options, whole, [value for _, value in task.fields], task.numbers, task.words):
        for value in group:
            if value not in banned:
                return value
    return task.subject.strip()[:200] or "unknown"
