"""`--help` helps, and imports next to nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PROBE = """
import sys
from harness.cli.main import run
code = run({words!r})
print("\\n".join(sorted({{name.partition(".")[0] for name in sys.modules}})), file=sys.stderr)
sys.exit(code)
"""

HEAVY = {
    "hydra",
    "omegaconf",
    "litellm",
    "sklearn",
    "numpy",
    "pandas",
    "pydantic",
    "rich",
    "typer",
    "alfworld",
    "wandb",
}


def imported(*words: str) -> tuple[str, set[str]]:
    program = [sys.executable, "-c", PROBE.format(words=list(words))]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout, set(done.stderr.split())


def test_help_lists_every_choice_of_every_group() -> None:
    out, _ = imported("--help")
    for name in (
        "method=ace|all_at_once|",
        "fgo",
        "env=alfworld",
        "backbone=",
        "gpt-4o-mini",
        "o3-mini",
        "doctor",
        "seed=N",
    ):
        assert name in out


@pytest.mark.parametrize("words", [("method=fgo", "--help"), ("-m", "+experiment=table2", "-h")])
def test_help_is_given_wherever_it_is_asked_for(words: tuple[str, ...]) -> None:
    assert imported(*words)[0] == imported("--help")[0]


def test_help_imports_nothing_heavy() -> None:
    _, modules = imported("--help")
    assert not modules & HEAVY
    assert len(modules) < 120


def test_a_command_that_calls_no_model_imports_no_litellm_and_no_scikit_learn() -> None:
    _, modules = imported("runs")
    assert not modules & {"litellm", "sklearn", "alfworld", "wandb", "hydra"}
