"""Optimizers' prompts in forms that nobody registered: read by what they ask for and show."""

from __future__ import annotations

import re

import pytest

from harness.simulated.form import read_request
from harness.simulated.reading import read_chat
from tests.conftest import ROOT
from tests.harness.simulated.prompts import CERTAIN, agent, ask

ADVICE = "To cool something, open the fridge before you cool it there."
PURPOSE = "The agent acts in a household by text commands."
FENCED = f"""I provided an assistant with the following instructions:
```
Do the task.
```

Examples of its attempts:

# Example 1
Inputs: put a cool tomato on the shelf
Response: cool tomato 1 with fridge 1
Feedback: {ADVICE}

Your task is to write a new instruction for the assistant. Provide it within ``` blocks."""
TAGGED = f"""<prompt score="0.25">
Do the task.
</prompt>

Lesson: {ADVICE}

Improve the prompt. Answer between <new_prompt> and </new_prompt>."""
SCORED = f"""Earlier instructions with their scores, the best last.

```
Do the task.
```
Score: 0.1

```
Do the task.
- {ADVICE}
```
Score: 0.8

Write an instruction that scores higher, within ``` blocks."""
NAMES = ("gepa", "opro", "combee", "skillopt", "mipro", "protegi", "textgrad", "best_of_n", "dspy", "ace")


@pytest.mark.parametrize(
    ("prompt", "around"),
    [(FENCED, "```\n{}\n```"), (TAGGED, "<new_prompt>\n{}\n</new_prompt>"), (SCORED, "```\n{}\n```")],
    ids=["fenced", "tagged", "scored"],
)
def test_it_answers_with_an_instruction_in_the_form_that_is_asked_for(prompt: str, around: str) -> None:
    answer = ask(PURPOSE, prompt, sim=CERTAIN)
    start, end = around.split("{}")
    assert answer.startswith(start)
    assert answer.endswith(end)
    assert ADVICE.split(", ")[1].rstrip(".") in answer


@pytest.mark.parametrize("prompt", [FENCED, TAGGED, SCORED], ids=["fenced", "tagged", "scored"])
def test_no_name_of_a_method_matters(prompt: str) -> None:
    """The control: names of methods in the prompt, scrambled or left out, leave the answer as it is."""
    plain = ask(PURPOSE, prompt, sim=CERTAIN)
    for name in (*NAMES, "zqxv"):
        assert ask(f"You are {name}. {PURPOSE}", prompt, sim=CERTAIN) == plain


def test_the_simulated_model_knows_no_method() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "harness" / "simulated").rglob("*.py"))
    assert not [name for name in NAMES if re.search(rf"\b{name}\b", sources, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("system", "user"),
    [
        (agent("Do the task. Write down the instruction."), "Your task is to: put a mug on the desk"),
        (PURPOSE, "Please write a new instruction."),
        ("", "```\nprint(1)\n```\nScore: 3\nWhat does it print?"),
    ],
    ids=["an agent's prompt", "nothing to write it from", "code to read"],
)
def test_other_prompts_are_no_requests_for_an_instruction(system: str, user: str) -> None:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    assert read_request(read_chat(messages)) is None
