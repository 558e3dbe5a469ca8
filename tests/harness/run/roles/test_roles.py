"""What roles are told and how their answers are read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Experience,
    Instruction,
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
WON = Trajectory("t1", (Step("go to desk 1", "You see a mug 1.", "look there"),), answer="", success=True, score=1.0)
MODULES = Modules.of_instruction("Be careful <&>.")
EVALUATION = Evaluation("correct", "nothing", pattern="it looked first", advice="look first")


def test_the_evaluator_reads_trajectory_truth_and_instruction() -> None:
    system, user = evaluator.messages(Prompts(), "The agent finds things.", modules=MODULES, task=TASK, trajectory=WON)
    assert "The agent finds things." in system.content
    for part in ("Be careful <&>.", "> take mug 1", 'category="Pick"', "Action: go to desk 1", 'outcome="success"'):
        assert part in user.content


def test_the_optimizer_reads_module_trajectories_and_evaluations() -> None:
    evidence = Evidence((Experience(TASK, WON, EVALUATION),) * 2)
    messages, fitted = optimizer.messages(
        Prompts(), "p", modules=MODULES, name="instruction", evidence=evidence, window=10_000, count=len
    )
    assert messages[1].content.count("advice: look first") == 2
    assert not fitted.cut


def test_the_optimizer_never_sees_a_truth_that_the_evaluator_did_not_write() -> None:
    evidence = Evidence((Experience(TASK, WON, EVALUATION),))
    messages, _ = optimizer.messages(
        Prompts(), "p", modules=MODULES, name="instruction", evidence=evidence, window=10_000, count=len
    )
    assert TASK.truth not in messages[1].content


def test_the_merger_reads_modules_with_their_performance() -> None:
    performance = Performance({"a": 1.0, "b": 0.0}, {"a": "Pick", "b": "Heat"})
    candidates = [
        Candidate(MODULES, (TASK,), performance),
        Candidate(Modules.of_instruction("two"), (TASK,), performance),
    ]
    _, user = merger.messages(Prompts(), "p", candidates=candidates, name="instruction")
    assert 'number="2" performance="1 of 2 (Pick 1 of 1, Heat 0 of 1)" measured_on="the same 2 tasks' in user.content
    assert "Be careful <&>." in user.content


FAILURES = {
    '{"failed": "", "pattern": "", "advice": "x"}': Evaluation("incorrect", "", pattern="", advice="x"),
    'Sure!\n```json\n{"verdict": "correct", "advice": ["a", "b"]}\n```': Evaluation(
        "incorrect", "", pattern="", advice="a b"
    ),
    '{"failed": "it stopped", "source": "cell B2", "advice": null, "more": 1}': Evaluation(
        "incorrect", "it stopped", pattern="", advice="", source="cell B2"
    ),
}
UNREADABLE = {
    "no": "no JSON object",
    "nothing": "no JSON object",
    "{}": "neither what failed",
    '{"failed": "nothing", "advice": "None"}': "neither what failed",
    '{"advice": {}}': "advice",
    '{"failed": "x",}': "broken",
}
SUCCESSES = {
    "nothing": "",
    "Nothing to add.": "",
    "**nothing**": "",
    "": "",
    "<think>well</think> nothing": "",
    '{"advice": "nothing"}': "",
    '{"failed": "", "advice": "drop the suffix"}': "drop the suffix",
}


@pytest.mark.parametrize("text", FAILURES)
def test_an_evaluation_of_a_failure_is_read(text: str) -> None:
    assert evaluator.read(text, success=False) == FAILURES[text]


@pytest.mark.parametrize("text", UNREADABLE)
def test_an_unreadable_evaluation_says_why(text: str) -> None:
    with pytest.raises(UnreadableAnswer, match=UNREADABLE[text]):
        evaluator.read(text, success=False)


@pytest.mark.parametrize("text", SUCCESSES)
def test_of_a_success_one_word_may_be_all(text: str) -> None:
    assert evaluator.read(text, success=True) == Evaluation("correct", "", pattern="", advice=SUCCESSES[text])


@given(st.text(), st.booleans())
def test_any_evaluation_is_read_or_refused_and_its_verdict_is_the_outcome(text: str, success: bool) -> None:
    with suppress(UnreadableAnswer):
        assert evaluator.read(text, success).verdict == ("correct" if success else "incorrect")


def test_the_evaluator_is_not_asked_for_what_is_known() -> None:
    lost = replace(WON, success=False)
    solved, failed = (
        evaluator.messages(Prompts(), "p", modules=MODULES, task=TASK, trajectory=one)[0].content for one in (WON, lost)
    )
    assert "one word: nothing" in solved
    assert '"source"' in failed
    assert "verdict" not in solved + failed
    assert "one word" not in failed


def test_the_optimizer_reads_nothing_where_the_evaluator_added_nothing() -> None:
    assert "evaluation" not in rendering.experience(
        Experience(TASK, WON, Evaluation("correct", "", pattern="", advice=""))
    )
    written = rendering.evaluation(Evaluation("incorrect", "it stopped", pattern="", advice="go on", source="the desk"))
    assert written == "failed: it stopped\nsource: the desk\nadvice: go on"


def test_the_optimizer_may_read_a_task_in_short() -> None:
    evidence = Evidence((Experience(TASK, WON, EVALUATION),))
    messages, _ = optimizer.messages(
        Prompts(),
        "p",
        modules=MODULES,
        name="instruction",
        evidence=evidence,
        window=10_000,
        count=len,
        in_short=lambda task: f"{task.id} in short",
    )
    assert "<task>\nt1 in short\n</task>" in messages[1].content
    assert TASK.query not in messages[1].content


def test_an_optimizer_may_leave_the_instruction_as_it_is_and_a_merger_may_not() -> None:
    current = Instruction("as it was")
    for text in ("unchanged", " Unchanged. ", '"unchanged"'):
        assert optimizer.read(f"<instruction>{text}</instruction>", current) is current
    assert optimizer.read("<instruction>unchanged places stay</instruction>", current).text == "unchanged places stay"
    with pytest.raises(UnreadableAnswer, match="unchanged"):
        merger.read("<instruction>unchanged</instruction>")


def test_performances_say_which_tasks_they_were_measured_on() -> None:
    def measured(tasks: str) -> Performance:
        return Performance(dict.fromkeys(tasks, 1.0), dict.fromkeys(tasks, "k"))

    assert rendering.measured_on([measured("ab"), measured("ab")]) == ["the same 2 tasks as every other candidate"] * 2
    assert rendering.measured_on([measured("abc"), measured("cd"), measured("e")]) == [
        "3 tasks, 1 of them also another candidate's",
        "2 tasks, 1 of them also another candidate's",
        "1 task, none of them another candidate's",
    ]


def test_the_last_instruction_of_an_answer_counts() -> None:
    assert between("i", "<i>draft</i> no: <i>\nfinal\n</i>") == "final"
    for text in ("final", "<i>final", "final</i>", ""):
        with pytest.raises(UnreadableAnswer):
            between("i", text)
    with pytest.raises(UnreadableAnswer, match="empty"):
        optimizer.read("<instruction> </instruction>")


def test_an_attempt_of_one_turn_is_its_answer() -> None:
    assert rendering.attempt(Trajectory("t", (), answer="42", success=True, score=1.0)) == "Answer: 42"


@given(st.lists(st.text(min_size=1, max_size=400), max_size=12), st.integers(0, 2000))
def test_truncation_keeps_the_room_the_order_and_the_account(items: list[str], room: int) -> None:
    fitted = truncate(items, room, count=len)
    assert fitted.tokens <= room + len("\n[cut]")
    assert fitted.whole + fitted.partial + fitted.dropped == len(items)
    assert fitted.text.startswith("\n\n".join(items[: fitted.whole]))
    assert fitted.cut == (sum(map(len, items)) > room)


@given(st.lists(st.integers(100, 400), min_size=1, max_size=8), st.integers(70, 1500))
def test_the_item_that_no_longer_fits_is_cut_and_the_rest_dropped(sizes: list[int], room: int) -> None:
    items = [f"{number}" * size for number, size in enumerate(sizes)]
    fitted = truncate(items, room, count=len)
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
    assert [m.content for m in evaluator.messages(prompts, "p", modules=MODULES, task=TASK, trajectory=WON)] == [
        "S",
        "U",
    ]
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
