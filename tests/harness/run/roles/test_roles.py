"""What roles are told and how their answers are read."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Experience,
    Modules,
    Performance,
    Role,
    Step,
    Task,
    Trajectory,
)
from harness.core.errors import ConfigError
from harness.run.roles import evaluator, merger, optimizer, rendering
from harness.run.roles.fitting import truncate
from harness.run.roles.prompting import Prompts
from harness.run.roles.typed import UnreadableAnswer, between

TASK = Task("t1", "Find the mug.", "> take mug 1", "Pick")
WON = Trajectory("t1", (Step("go to desk 1", "You see a mug 1.", "look there"),), "", True, 1.0)
MODULES = Modules.of_instruction("Be careful <&>.")
EVALUATION = Evaluation("correct", "nothing", "it looked first", "look first")


def test_the_evaluator_reads_trajectory_truth_and_instruction() -> None:
    system, user = evaluator.messages(Prompts(), "The agent finds things.", MODULES, TASK, WON)
    assert "The agent finds things." in system.content
    for part in ("Be careful <&>.", "> take mug 1", 'category="Pick"', "Action: go to desk 1", 'outcome="success"'):
        assert part in user.content


def test_the_optimizer_reads_module_trajectories_and_evaluations() -> None:
    evidence = Evidence((Experience(TASK, WON, EVALUATION),) * 2)
    messages, fitted = optimizer.messages(Prompts(), "p", MODULES, "instruction", evidence, 10_000, len)
    assert messages[1].content.count("advice: look first") == 2
    assert not fitted.cut


def test_the_optimizer_never_sees_a_truth_that_the_evaluator_did_not_write() -> None:
    evidence = Evidence((Experience(TASK, WON, EVALUATION),))
    messages, _ = optimizer.messages(Prompts(), "p", MODULES, "instruction", evidence, 10_000, len)
    assert TASK.truth not in messages[1].content


def test_the_merger_reads_modules_with_their_performance() -> None:
    performance = Performance({"a": 1.0, "b": 0.0}, {"a": "Pick", "b": "Heat"})
    candidates = [
        Candidate(MODULES, (TASK,), performance),
        Candidate(Modules.of_instruction("two"), (TASK,), performance),
    ]
    _, user = merger.messages(Prompts(), "p", candidates, "instruction")
    assert 'number="2" performance="1 of 2 (Pick 1 of 1, Heat 0 of 1)"' in user.content
    assert "Be careful <&>." in user.content


READABLE = {
    '{"verdict": "correct", "failed": "", "pattern": "", "advice": "x"}': "x",
    'Sure!\n```json\n{"verdict": "Correct ", "advice": ["a", "b"]}\n```': "a b",
    '{"verdict": "incorrect", "advice": null, "more": 1}': "",
}
UNREADABLE = {
    "no": "no JSON object",
    '{"verdict": "maybe"}': "verdict",
    '{"advice": "x"}': "verdict",
    '{"verdict": "correct",}': "broken",
}


@pytest.mark.parametrize("text", READABLE)
def test_an_evaluation_is_read(text: str) -> None:
    assert evaluator.read(text).advice == READABLE[text]


@pytest.mark.parametrize("text", UNREADABLE)
def test_an_unreadable_evaluation_says_why(text: str) -> None:
    with pytest.raises(UnreadableAnswer, match=UNREADABLE[text]):
        evaluator.read(text)


@given(st.text())
def test_any_evaluation_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableAnswer):
        assert evaluator.read(text).verdict in ("correct", "incorrect")


def test_the_last_instruction_of_an_answer_counts() -> None:
    assert between("i", "<i>draft</i> no: <i>\nfinal\n</i>") == "final"
    for text in ("final", "<i>final", "final</i>", ""):
        with pytest.raises(UnreadableAnswer):
            between("i", text)
    with pytest.raises(UnreadableAnswer, match="empty"):
        optimizer.read("<instruction> </instruction>")


def test_an_attempt_of_one_turn_is_its_answer() -> None:
    assert rendering.attempt(Trajectory("t", (), "42", True, 1.0)) == "Answer: 42"


@given(st.lists(st.text(min_size=1, max_size=400), max_size=12), st.integers(0, 2000))
def test_truncation_keeps_the_room_the_order_and_the_account(items: list[str], room: int) -> None:
    fitted = truncate(items, room, len)
    assert fitted.tokens <= room + len("\n[cut]")
    assert fitted.whole + fitted.partial + fitted.dropped == len(items)
    assert fitted.text.startswith("\n\n".join(items[: fitted.whole]))
    assert fitted.cut == (sum(map(len, items)) > room)


@given(st.lists(st.integers(100, 400), min_size=1, max_size=8), st.integers(70, 1500))
def test_the_item_that_no_longer_fits_is_cut_and_the_rest_dropped(sizes: list[int], room: int) -> None:
    items = [f"{number}" * size for number, size in enumerate(sizes)]
    fitted = truncate(items, room, len)
    whole = next((n for n in range(len(sizes)) if sum(sizes[: n + 1]) > room), len(sizes))
    left = room - sum(sizes[:whole])
    partial = int(whole < len(sizes) and left >= 64)
    assert (fitted.whole, fitted.partial, fitted.dropped) == (whole, partial, len(sizes) - whole - partial)
    assert fitted.asked == sum(sizes)
    if partial:
        beginning = items[whole][: int(left * 0.95)]
        assert fitted.text == "\n\n".join([*items[:whole], f"{beginning}\n[cut]"])
        assert fitted.tokens == sum(sizes[:whole]) + len(beginning) + len("\n[cut]")


def test_templates_of_ones_own_come_first(tmp_path: Path) -> None:
    (tmp_path / "evaluator.instruction.j2").write_text(
        "{% block system %}S{% endblock %}{% block user %}U{% endblock %}"
    )
    prompts = Prompts(tmp_path)
    assert [m.content for m in evaluator.messages(prompts, "p", MODULES, TASK, WON)] == ["S", "U"]
    assert prompts.digests() != Prompts().digests()


BROKEN = {
    "{% block system %}": "line 1",
    "{% block system %}S{% endblock %}": "lacks the block 'user'",
    "{% block system %}{{ nobody }}{% endblock %}{% block user %}{% endblock %}": "nobody",
}


@pytest.mark.parametrize("template", BROKEN)
def test_a_broken_template_is_named(template: str, tmp_path: Path) -> None:
    (tmp_path / "merger.instruction.j2").write_text(template)
    with pytest.raises(ConfigError, match=BROKEN[template]) as error:
        Prompts(tmp_path).messages(Role.MERGER, "instruction", purpose="", candidates=[])
    assert "merger.instruction.j2" in str(error.value)
