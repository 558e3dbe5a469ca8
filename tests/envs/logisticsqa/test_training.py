"""A whole training on the embedded model: what notes say never reaches a prompt, and tables show every rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from envs.logisticsqa.agent import prompt
from envs.logisticsqa.generate import plan, rulebook, show
from envs.logisticsqa.generate.english import instruction
from harness.core.messages import Answer, Call
from harness.llm.backbone import ModelSpec
from harness.llm.providers.simulated import SimProvider
from harness.simulated import respond
from tests.commands import Commands

SMALL = ("env=logisticsqa", "env.size=short", "env.train_size=8", "env.test_size=12", "results_dir=r")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_the_names_of_rules_are_in_tables_and_in_no_prompt(command: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[str] = []
    ask = SimProvider.complete

    async def recorded(self: SimProvider, spec: ModelSpec, call: Call) -> Answer:
        prompts.append("\n".join(message.content for message in call.messages))
        return await ask(self, spec, call)

    monkeypatch.setattr(SimProvider, "complete", recorded)
    ran = command("method=fgo", "method.subsets=2", "method.steps=4", *SMALL)
    assert ran.code == 0, ran.err
    assert "by rules" in ran.out
    book = rulebook(0)
    names = [rule.name for rule in book.rules]
    assert sum(name in ran.out for name in names) >= 5
    said = "\n".join(prompts)
    assert "<experience" in said
    assert "<candidate" in said
    assert not [name for name in names if name in said]
    assert not [line for line in instruction(book).splitlines() if line.startswith("- ") and line[2:] in said]


@pytest.mark.slow
def test_rules_are_learned_from_truths_and_nothing_is_learned_from_shuffled_ones(command: Commands) -> None:
    sizes = ("env=logisticsqa", "env.size=short", "env.test_size=100", "method=batch_wise", "results_dir=r")
    assert command(*sizes).code == 0
    assert command(*sizes, "env._target_=scripts.sim_controls.ShuffledTruths", "env.name=shuffled").code == 0
    scores = {}
    for path in Path("r").glob("runs/*/*/*/*/result.json"):
        score = json.loads(path.read_text())["score"]
        scores[path.parts[2]] = (score["vanilla"]["mean"], score["test"]["mean"])
    vanilla, learned = scores["logisticsqa"]
    assert learned >= vanilla + 0.10
    assert scores["shuffled"][1] <= scores["shuffled"][0] + 0.03


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_rulebooks_text_is_enough_for_a_reader_that_only_knows_english(seed: int) -> None:
    text = prompt(instruction(rulebook(seed)))
    right = 0
    for index in range(80):
        one = plan(seed, "test", index=index)
        messages = [
            {"role": "system", "content": text},
            {"role": "user", "content": f"<document>\n{show(one, 'short')}\n</document>"},
        ]
        sim = {"recall": 1.0, "slip": 0.0, "sense": 0.0}
        said = respond({"model": "sim/small", "messages": messages, "seed": 0, "sim": sim})
        right += said["choices"][0]["message"]["content"] == f"Reference: {one.reference}"
    assert right / 80 >= 0.9
