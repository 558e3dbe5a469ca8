"""The four roles in the household."""

from __future__ import annotations

import json

import pytest

from .prompts import CERTAIN, ROOM, agent, ask, case, evaluate, experience, merge, optimize

HOT = ROOM.format(goal="put a hot apple in fridge.")
TRUTH = "These commands reach the goal, for example:\n" + "\n".join(
    f"> {command}"
    for command in (
        "go to countertop 1",
        "take apple 1 from countertop 1",
        "go to microwave 1",
        "heat apple 1 with microwave 1",
        "go to fridge 1",
        "open fridge 1",
        "move apple 1 to fridge 1",
    )
)
COLD_ATTEMPT = (
    "Step 1\nThought: I need an apple.\nAction: take apple 1 from countertop 1\n"
    "Observation: You pick up the apple 1 from the countertop 1.\n"
    "Step 2\nThought: I place it.\nAction: move apple 1 to fridge 1\nObservation: You move the apple 1 to the fridge 1."
)
CARRYING = (
    HOT,
    "Thought: There.\nAction: go to countertop 1",
    "You arrive at countertop 1. On the countertop 1, you see a apple 1.",
    "Thought: Take it.\nAction: take apple 1 from countertop 1",
    "You pick up the apple 1 from the countertop 1.",
)


def action(instruction: str, *turns: str, **sim: float) -> str:
    return ask(agent(instruction), *turns, sim={**CERTAIN, **sim}).partition("Action: ")[2]


def test_the_plain_agent_takes_what_it_sees_and_does_not_heat() -> None:
    assert action("", *CARRYING[:3]) == "take apple 1 from countertop 1"
    assert action("", *CARRYING) == "go to fridge 1"


@pytest.mark.parametrize(
    "instruction", ["Warm food up in the microwave before you serve it.", "Use the microwave for heating."]
)
def test_a_guideline_closes_a_gap(instruction: str) -> None:
    assert action(instruction, *CARRYING) == "go to microwave 1"


def test_a_wrong_guideline_is_followed() -> None:
    assert action("Heat things with the sink.", *CARRYING) == "go to sinkbasin 1"


def test_a_closed_destination_is_opened_only_by_an_agent_that_knows() -> None:
    at_fridge = (
        *CARRYING,
        "Action: go to microwave 1",
        "You arrive at microwave 1. The microwave 1 is closed.",
        "Action: heat apple 1 with microwave 1",
        "You heat the apple 1 using the microwave 1.",
        "Action: go to fridge 1",
        "You arrive at fridge 1. The fridge 1 is closed.",
    )
    assert action("", *at_fridge) == "move apple 1 to fridge 1"
    assert action("If the destination is closed, open it first, then put things in.", *at_fridge) == "open fridge 1"


def test_listed_commands_are_kept_to() -> None:
    turn = HOT + "\nAdmissible commands: look, go to cabinet 1"
    assert action("", turn) in ("look", "go to cabinet 1")


def test_the_evaluator_finds_the_missing_step() -> None:
    reading = evaluate("Solve it.", "heat", HOT, TRUTH, "failure", COLD_ATTEMPT, sim=CERTAIN)
    assert reading["verdict"] == "incorrect"
    assert "microwave" in reading["advice"]
    assert "apple 1" not in reading["advice"]


def test_the_evaluator_says_what_made_a_success() -> None:
    reading = evaluate("Solve it.", "heat", HOT, TRUTH, "success", COLD_ATTEMPT, sim=CERTAIN)
    assert (reading["verdict"], reading["failed"]) == ("correct", "nothing")


OFFERS = "Answer with one word: nothing."
UNCHANGED = "<instruction>unchanged</instruction>"


def test_the_evaluator_says_one_word_of_a_success_where_the_prompt_offers_it() -> None:
    parts = ("Solve it.", "heat", HOT, TRUTH)
    system = f"You are the evaluator of an agent. {OFFERS}"
    assert ask(system, case(*parts, "success", COLD_ATTEMPT), sim=CERTAIN) == "nothing"
    assert "microwave" in ask(system, case(*parts, "failure", COLD_ATTEMPT), sim=CERTAIN)


def test_the_evaluator_gives_the_parts_that_the_prompt_names() -> None:
    system = 'You are the evaluator of an agent. Answer {"failed": "...", "advice": "..."}'
    said = json.loads(ask(system, case("Solve it.", "heat", HOT, TRUTH, "failure", COLD_ATTEMPT), sim=CERTAIN))
    assert list(said) == ["failed", "advice"]


def test_the_optimizer_leaves_the_instruction_where_nothing_failed_and_the_prompt_offers_it() -> None:
    evaluation = evaluate("Solve it.", "heat", HOT, TRUTH, "failure", COLD_ATTEMPT, sim=CERTAIN)
    solved = experience("heat", "success", HOT, COLD_ATTEMPT, {})
    failed = experience("heat", "failure", HOT, COLD_ATTEMPT, evaluation)
    offers = f"It acts in a household. Or answer {UNCHANGED}."
    assert optimize("Solve it.", [solved], offers, sim=CERTAIN) == "unchanged"
    assert "microwave" in optimize("Solve it.", [solved, failed], offers, sim=CERTAIN)
    assert "Solve it." in optimize("Solve it.", [solved], sim=CERTAIN)


def test_the_optimizer_adds_what_was_advised_and_keeps_what_stood_there() -> None:
    evaluation = evaluate("Solve it.", "heat", HOT, TRUTH, "failure", COLD_ATTEMPT, sim=CERTAIN)
    block = experience("heat", "failure", HOT, COLD_ATTEMPT, evaluation)
    text = optimize("Solve the household task.\n- Search each place only once.", [block, block], sim=CERTAIN)
    assert text.startswith("Solve the household task.")
    assert "Search each place only once." in text
    assert text.count("microwave") == 2  # One guideline names it twice.
    assert action(text, *CARRYING) == "go to microwave 1"


def test_the_optimizer_survives_experiences_that_are_cut_off() -> None:
    block = experience("heat", "failure", HOT, COLD_ATTEMPT, {"advice": "Heat with the microwave."})
    for end in range(0, len(block), 7):
        assert "Solve" in optimize("Solve the household task.", [block[:end]], sim=CERTAIN)


def test_capacity_limits_one_rewrite() -> None:
    advice = "Heat with the microwave. Cool with the fridge. Clean with the sink. Search each place only once."
    block = experience("heat", "failure", HOT, COLD_ATTEMPT, {"advice": advice})
    text = optimize("", [block], purpose="household", sim={**CERTAIN, "capacity": 2})
    assert text.count("- ") == 2


def test_the_merger_joins_drops_duplicates_and_follows_the_better_one() -> None:
    text = merge(
        [
            ("7 of 10 (heat 5 of 5, cool 2 of 5)", "Solve it.\n- Heat with the microwave.\n- Cool with the sink."),
            ("6 of 10 (heat 1 of 5, cool 5 of 5)", "Solve it.\n- Warm in the microwave.\n- Cool with the fridge."),
            ("3 of 10", "Solve it.\n- Search each place only once."),
        ],
        sim=CERTAIN,
    )  # fmt: skip
    assert text.count("microwave") == 1
    assert "fridge" in text
    assert "sink" not in text
    assert "only once" in text
    assert text.count("Solve it.") == 1


def test_without_attention_nothing_is_learned() -> None:
    block = experience("heat", "failure", HOT, COLD_ATTEMPT, {"advice": "Heat with the microwave."})
    assert "microwave" not in optimize("Solve the household task.", [block], sim={"recall": 0.0})
