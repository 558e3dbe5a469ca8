"""The simulated model's controls, at a small size: what must and must not make a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.sim_controls import OTHER_TASK, condition_words, score

SIZES = ("env.train_size=12", "env.test_size=48")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("controls")


@pytest.mark.parametrize("method", ["all_at_once", "fgo"])
def test_without_the_evaluators_words_nothing_is_learned(method: str, out: Path) -> None:
    got, _ = score([*condition_words(method, "empty evaluations"), *SIZES, "protocol.steps=6"], out)
    assert got["test"] == pytest.approx(got["vanilla"], abs=0.05)


@pytest.mark.parametrize(("method", "least"), [("all_at_once", 0.75), ("fgo", 0.6)])  # of FGO, a subset has two tasks
def test_with_perfect_recall_the_agent_learns_nearly_everything(method: str, least: float, out: Path) -> None:
    plain, _ = score([*condition_words(method, "small in every role"), *SIZES], out)
    perfect, _ = score([*condition_words(method, "small, perfect recall (recall=1)"), *SIZES], out)
    assert perfect["test"] > max(least, plain["test"])


def test_guidelines_of_another_task_do_nothing(out: Path) -> None:
    file = out / "other.txt"
    file.write_text(OTHER_TASK)
    vanilla, _ = score(["method=vanilla", *SIZES], out)
    other, _ = score(["method=vanilla", "method.name=other", f"env.initial_module={file}", *SIZES], out)
    assert other["test"] == pytest.approx(vanilla["test"], abs=0.05)
