"""What an instruction does to the embedded model: advice helps whoever wrote it, wrong advice harms, none does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import run
from tests.conftest import only_run

GOOD = """
Warm food up in the microwave before you serve it: carry the thing there and heat it.
If something must be cold, chill it in the fridge first.
Wash dirty things at the sink before putting them away.
When you are asked to look at something with a lamp, pick it up first and then switch the lamp on while you hold it.
If a cupboard or a drawer is shut, open it and have a look inside.
Don't go back to places that you have already checked.
When two things are wanted, bring the second one after the first.
"""

WRONG = """
To heat something, put it into the fridge.
To cool something, use the microwave.
Never clean anything.
Never open closed containers.
When two objects are wanted, stop after the first one.
Never turn on a lamp.
"""


def score(tmp_path: Path, name: str, instruction: str | None) -> float:
    words = ["method=vanilla", "env.train_size=6", "env.test_size=90", f"results_dir={tmp_path / name}"]
    if instruction is not None:
        file = tmp_path / f"{name}.txt"
        file.write_text(instruction)
        words.append(f"env.initial_module={file}")
    assert run(words) == 0
    result = json.loads((only_run(tmp_path / name) / "result.json").read_text())
    mean: float = result["score"]["test"]["mean"]
    return mean


@pytest.fixture(scope="module")
def vanilla(tmp_path_factory: pytest.TempPathFactory) -> float:
    return score(tmp_path_factory.mktemp("vanilla"), "vanilla", None)


def test_hand_written_advice_lifts_the_agent(tmp_path: Path, vanilla: float) -> None:
    assert score(tmp_path, "good", GOOD) > vanilla + 0.3


def test_wrong_advice_harms_it(tmp_path: Path, vanilla: float) -> None:
    assert score(tmp_path, "wrong", WRONG) < vanilla - 0.05


def test_an_empty_instruction_does_nothing(tmp_path: Path, vanilla: float) -> None:
    assert score(tmp_path, "empty", "") == pytest.approx(vanilla, abs=0.05)
