"""Marks of evidence: read where a prompt explains them, written where it asks for them, and else nothing changes."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest

from harness.simulated.guidelines import Rule
from harness.simulated.marks import marking, read
from harness.simulated.rewriting import Note

from .prompts import CERTAIN, ask, inside

TEMPLATES = Path(__file__).parents[3] / "methods" / "plus" / "prompts" / "evidence"
PURPOSE = "The agent reads invoices and answers with the transport reference."


def filled(template: str, **parts: object) -> tuple[str, str]:
    loaded = jinja2.Template((TEMPLATES / template).read_text())
    context = loaded.new_context({"purpose": PURPOSE, **parts})
    system, user = ("".join(loaded.blocks[name](context)).strip() for name in ("system", "user"))
    return system, user


def shown(prefix: str, *guidelines: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"name": f"{prefix}{number}", "text": text, "rests_on": rests_on}
        for number, (text, rests_on) in enumerate(guidelines, 1)
    ]


def experience(number: int, advice: str, outcome: str = "failure") -> str:
    return (
        f'<experience number="{number}" category="tr" outcome="{outcome}">\n<task>\ninvoice\n</task>\n<attempt>\n'
        f"Answer: 1\n</attempt>\n<evaluation>\nadvice: {advice}\n</evaluation>\n</experience>"
    )


def optimized(guidelines: list[dict[str, str]], *experiences: str) -> list[str]:
    system, user = filled("optimizer.j2", head="Find it.", guidelines=guidelines, experiences="\n\n".join(experiences))
    return inside(ask(system, user, sim=CERTAIN)).splitlines()


def merged(*candidates: tuple[str, list[dict[str, str]]], template: str = "merger.j2", **parts: object) -> list[str]:
    listed = [
        {"head": "Find it.", "guidelines": guidelines, "performance": performance, "measured_on": "3 tasks"}
        for performance, guidelines in candidates
    ]
    system, user = filled(template, candidates=listed, **parts)
    return inside(ask(system, user, sim=CERTAIN)).splitlines()


TURKISH, ITALIAN = "On Turkish invoices, drop the suffix.", "On Italian invoices, keep the prefix."
AGAINST = "On Turkish invoices, keep the suffix."


def test_the_optimizer_names_the_attempts_and_the_guidelines_that_a_line_comes_from() -> None:
    lines = optimized(shown("g", (TURKISH, "2 tasks")), experience(1, ITALIAN), experience(2, TURKISH))
    assert lines == ["Find it.", "", f"- {TURKISH} [g1, 2]", f"- {ITALIAN} [1]"]


def test_a_rule_that_several_cases_lead_to_names_them_all() -> None:
    cases = [
        "On Turkish invoices for sea services from terminals, drop the suffix.",
        "On Turkish invoices for air services from hauliers, drop the suffix.",
        "On Italian invoices for sea services from hauliers, keep the suffix.",
        "On Italian invoices for air services from terminals, keep the suffix.",
    ]
    lines = optimized([], *(experience(number, case) for number, case in enumerate(cases, 1)))
    assert lines[2:] == [f"- {TURKISH} [1, 2]", "- On Italian invoices, keep the suffix. [3, 4]"]


def test_a_guess_gives_way_to_what_an_attempt_shows_and_what_many_saw_does_not() -> None:
    assert optimized(shown("g", (TURKISH, "guess")), experience(1, AGAINST))[2:] == [f"- {AGAINST} [1]"]
    assert optimized(shown("g", (TURKISH, "3 tasks")), experience(1, AGAINST))[2:] == [f"- {TURKISH} [g1]"]


def test_of_contradictory_guidelines_the_merger_keeps_what_more_tasks_showed_then_the_better_performers() -> None:
    better, worse = "3 of 3", "1 of 3"
    few, many = shown("1.", (TURKISH, "1 task")), shown("2.", (AGAINST, "2 tasks"))
    assert merged((better, few), (worse, many))[2:] == [f"- {AGAINST} [2.1]"]
    even = shown("2.", (AGAINST, "1 task"))
    assert merged((better, few), (worse, even))[2:] == [f"- {TURKISH} [1.1]"]
    guess = shown("1.", (TURKISH, "guess"))
    assert merged((better, guess), (worse, even))[2:] == [f"- {AGAINST} [2.1]"]


def test_where_marks_are_shown_and_not_asked_for_they_are_only_read() -> None:
    lines = merged(
        ("1 of 3", shown("1.", (TURKISH, "3 tasks"))),
        ("3 of 3", shown("2.", (ITALIAN, "1 task"), (AGAINST, "1 task"))),
        template="delta.j2",
        base=2,
    )
    assert lines[2:] == [f"- {TURKISH}", f"- {ITALIAN}"]


def test_what_looks_like_a_mark_is_text_where_the_prompt_explains_none() -> None:
    user = f"<instruction>\nFind it.\n- {TURKISH} [3 tasks]\n</instruction>\n\n{experience(1, ITALIAN)}"
    plain = inside(ask(f"You are the optimizer of an agent. {PURPOSE}", user, sim=CERTAIN))
    assert f"{TURKISH} [3 tasks]" in plain
    assert not re.search(r"\[1\]", plain)


@pytest.mark.parametrize(
    ("line", "text", "names", "votes"),
    [
        ("g2. Look. [3 tasks]", "Look.", {"g2"}, 3.0),
        ("1.12. Look. [1 task]", "Look.", {"1.12"}, 1.0),
        ("3. Look. [guess]", "Look.", {"3"}, 0.25),
        ("- Look. [given]", "Look.", set(), 1.5),
    ],
)
def test_a_line_is_read_with_its_name_and_its_votes(line: str, text: str, names: set[str], votes: float) -> None:
    stated = read(f"Find it.\n{line}")
    assert stated.text == f"Find it.\n- {text}"
    assert stated.names(text) == names
    assert stated.votes(text, 1.5) == votes


def test_a_line_from_nothing_that_was_read_is_marked_as_a_guess() -> None:
    note = Note("Look.", (Rule("look"),), 1.0, rests={"10", "2", "g1"})
    rules = {"Look.": (Rule("look"),), "Jump.": (Rule("jump"),)}
    marked = marking(lambda line: rules[line], [note])
    assert marked(["Look.", "Jump."]) == ["Look. [g1, 2, 10]", "Jump. [guess]"]
