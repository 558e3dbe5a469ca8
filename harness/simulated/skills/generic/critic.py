"""The generic evaluator: which general relation between task and truth the answer missed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...attention import Mind
from ...guidelines import Rule
from ...reading import Case
from ..base import Judgement
from .answering import default, field, pick, transform
from .task import TextTask, read_task

_RANKS = {
    "number": ("first", "last", "largest", "smallest", "second"),
    "option": ("first", "last", "longest", "shortest", "second"),
    "word": ("first", "last", "longest", "shortest", "second"),
}
_CASES = {"upper": "upper case", "lower": "lower case", "title": "title case"}


def judge(case: Case, mind: Mind) -> Judgement:
    """Compare the answer with the truth; where they differ, find what would have given the truth."""
    truth, given = case.truth.strip(), _given(case)
    key = case.query + truth
    correct = case.success if case.outcome else given == truth
    task = read_task(case.query)
    when = _when(case)
    found = list(relations(task, truth))
    if not found:
        advice = "Read the task closely and check the form of the answer."
        return Judgement(
            correct,
            "nothing" if correct else "The answer is not the right one.",
            pattern="No general relation shows.",
            advice=advice,
        )
    simplest = [advice for cost, advice in found if cost == found[0][0]]
    chosen = simplest[int(mind.draw("relation", key) * len(simplest))]
    if mind.chance(mind.profile.error, "error", key):
        chosen = found[int(mind.draw("misreading", key) * len(found))][1]
    advice = f'When the question says "{when}", {chosen[0].lower()}{chosen[1:]}' if when else chosen
    if correct:
        return Judgement(True, "nothing", pattern="The answer has the right source and form.", advice=advice)
    return Judgement(
        False,
        "The answer differs from the truth.",
        pattern="It answers from the wrong part or in the wrong form.",
        advice=advice,
    )


def _given(case: Case) -> str:
    if case.answer:
        return case.answer
    return case.turns[-1].action if case.turns else ""


def _when(case: Case) -> str:
    """Return a word of the category that the task itself shows: the situation that advice is tied to."""
    shown = set(re.findall(r"[\w-]+", case.query.lower()))
    return next((word for word in re.findall(r"[\w-]+", case.category.lower()) if len(word) > 2 and word in shown), "")


def relations(task: TextTask, truth: str) -> Iterator[tuple[int, str]]:
    """Yield (cost, advice) of each relation that gives the truth, simplest first."""
    if not truth:
        return
    found: list[tuple[int, str]] = []
    for cost, source, value in _sources(task):
        for extra, manner in _manners(value, truth):
            sentence = (
                f"{source}{' and ' if source and manner else ''}{manner}" or "Answer with what the question names."
            )
            found.append((cost + extra, sentence[0].upper() + sentence[1:] + ("" if sentence.endswith(".") else ".")))
    yield from sorted(found, key=lambda pair: pair[0])


def _sources(task: TextTask) -> Iterator[tuple[int, str, str]]:
    """Yield (cost, how to say it, value) of each part that an answer may come from."""
    yield 0, "", default(task)
    for label, _ in task.fields:
        if (value := field(task, label)) is not None:
            yield 1, f'read the field labelled "{label}"', value
    for what, ranks in _RANKS.items():
        for rank in ranks:
            if (value := pick(task, f"{rank} {what}")) is not None:
                yield 2, f"answer with the {rank} {what}", value
    if (total := pick(task, "sum")) is not None and len(task.numbers) > 1:
        yield 2, "add up the numbers", total
    for what in ("words", "letters", "numbers"):
        if (count := pick(task, what)) is not None:
            yield 3, f"count the {what}", count


def _manners(value: str, truth: str) -> Iterator[tuple[int, str]]:
    """Yield (cost, how to say it) of each way of writing `value` that gives the truth."""
    if value == truth:
        yield 0, ""
        return
    for name, words in _CASES.items():
        if transform(value, Rule("case", "", name)) == truth:
            yield 1, f"write the answer in {words}"
        elif transform(value, Rule("case", "", name))[::-1] == truth:
            yield 3, f"write the answer backwards in {words}"
    if value[::-1] == truth:
        yield 1, "write the answer backwards"
    if len(truth) >= 2 and value != truth and value.endswith(truth):
        yield 2, f'drop the leading "{value[: -len(truth)].strip()}"'
    for what in ("digits", "letters"):
        if transform(value, Rule("keep", "", what)) == truth:
            yield 2, f"give only the {what}"
