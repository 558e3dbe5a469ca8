"""A whole training on the embedded model: what notes say never reaches a prompt, and tables show every rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.logisticsqa.generate import rulebook
from envs.logisticsqa.generate.english import instruction
from harness.core.messages import Answer, Call
from harness.llm.backbone import ModelSpec
from harness.llm.providers.simulated import SimProvider
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
