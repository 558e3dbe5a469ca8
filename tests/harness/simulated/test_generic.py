"""The generic skill: a newcomer's toy task is learned by the loop of evaluator and optimizer."""

from __future__ import annotations

import pytest

from harness.simulated.guidelines import Rule
from harness.simulated.skills.generic.rules import understand

from .prompts import CERTAIN, ask, evaluate, experience, optimize

SAID = [
    ("Answer in upper case.", Rule("case", "", "upper")),
    ('When the question asks for the sum, read the field labelled "Amount due".', Rule("field", "sum", "amount due")),
    ('Use the field "Booking No" instead of "Invoice No".', Rule("field", "", "booking no")),
    ('Do not read the field "Total".', Rule("field", "", "total", False)),
    ("Never answer with the first number.", Rule("pick", "", "first number", False)),
    ("Choose the longest word when the question says \"long\".", Rule("pick", "long", "longest word")),
    ("Add up the numbers.", Rule("pick", "", "sum")),
    ("Reverse the word.", Rule("turn", "", "reverse")),
    ('Drop the leading "REF-".', Rule("drop", "", "REF-")),
    ('If the question mentions "colour", answer "blue".', Rule("say", "colour", "blue")),
    ("Give only the digits.", Rule("keep", "", "digits")),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "rule"), SAID, ids=[sentence for sentence, _ in SAID])
def test_wordings_are_understood(sentence: str, rule: Rule) -> None:
    assert understand(sentence) == (rule,)


@pytest.mark.parametrize("sentence", ["You are a helpful assistant.", "Answer the question.", "The field is green."])
def test_small_talk_means_nothing(sentence: str) -> None:
    assert understand(sentence) == ()


WORDS = ["apple", "river", "stone", "cloud", "bread"]
TOYS = {
    "upper": [("upper", f"Word: {word}", word.upper()) for word in WORDS],
    "fields": [
        ("total", f"What is the total?\nNet: {i}0.00\nAmount due: {i}1.50\nPaid: {i}.10", f"{i}1.50")
        for i in range(1, 6)
    ],
    "conditions": [("forward", f"Say it forward: {word}", word) for word in WORDS]
    + [("backward", f"Say it backward: {word}", word[::-1]) for word in WORDS],
}


def play(instruction: str, query: str) -> str:
    return ask(f"You answer questions.\n<instruction>\n{instruction}\n</instruction>", query, sim=CERTAIN)


@pytest.mark.parametrize("toy", sorted(TOYS))
def test_a_toy_task_is_learned(toy: str) -> None:
    instruction = "Answer the question."
    scores = []
    for _ in range(3):
        blocks = []
        for category, query, truth in TOYS[toy]:
            answer = play(instruction, query)
            outcome = "success" if answer == truth else "failure"
            attempt = f"Answer: {answer}"
            reading = evaluate(instruction, category, query, truth, outcome, attempt, sim=CERTAIN)
            blocks.append(experience(category, outcome, query, attempt, reading))
        scores.append(sum('outcome="success"' in block for block in blocks) / len(blocks))
        instruction = optimize(instruction, blocks, sim=CERTAIN)
    assert scores[0] < 1.0
    assert scores[-1] == 1.0, instruction
