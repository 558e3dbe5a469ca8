"""The environment against the package: splits, answers, scores, and families that are refused."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.core.domain import Modules, Trajectory, Usage
from harness.core.environment import ReferenceModules
from harness.core.errors import ConfigError
from harness.core.messages import Answer, Message
from harness.testing import check_environment
from tests.commands import Commands

pytest.importorskip("reasoning_gym", reason="needs the extra reasoning_gym")

from envs.reasoning_gym.environment import INITIAL, ReasoningGym, read_answer
from envs.reasoning_gym.families import REVIEWED, Family

WITH_CODE = ("eval(", "exec(", "parse_expr(", "sympify(", "literal_eval(")


class Says:
    """An agent's model with one answer."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.seen: list[Sequence[Message]] = []

    async def complete(self, messages: Sequence[Message], tools: Sequence[Any] = ()) -> Answer:
        self.seen.append(messages)
        return Answer(self.text, Usage())

    async def effect(self, kind: str, inputs: Any, compute: Any) -> Any:
        raise AssertionError("no effects here")


def played(environment: ReasoningGym, text: str) -> Trajectory:
    task = environment.tasks("train")[0]
    return asyncio.run(environment.rollout(Modules.of_instruction("Think."), task, Says(text)))


def test_it_keeps_the_contract() -> None:
    check_environment(ReasoningGym(train_size=12, test_size=12))


@pytest.mark.parametrize("name", sorted(REVIEWED))
def test_the_truth_of_every_family_is_right_and_no_scorer_runs_an_answer(name: str) -> None:
    from reasoning_gym.factory import DATASETS

    family = Family(name, seed=3)
    for _, entry in zip(range(5), family.entries(), strict=False):
        assert family.score(entry["answer"], entry["index"]) == 1.0
        assert "\n" not in entry["answer"]
        assert family.score("__import__('os').abort()", entry["index"]) < 1.0
    scorer = inspect.getsource(DATASETS[name][0].score_answer)
    assert not [word for word in WITH_CODE if word in scorer]


def test_splits_are_seeded_share_no_question_and_divide_evenly() -> None:
    one, same, other = (ReasoningGym(data_seed=seed) for seed in (1, 1, 2))
    train, test = one.tasks("train"), one.tasks("test")
    assert (len(train), len(test)) == (60, 120)
    assert {sum(task.category == name for task in train) for name in one.describe().categories} == {10}
    assert not {task.query for task in train} & {task.query for task in test}
    assert [task.query for task in test] == [task.query for task in same.tasks("test")]
    assert one.describe() == same.describe()
    assert one.describe().data_checksum != other.describe().data_checksum


def test_sizes_that_do_not_divide_give_the_first_families_one_more() -> None:
    environment = ReasoningGym(["gcd", "lcm", "aiw"], train_size=4, test_size=2)
    assert [task.category for task in environment.tasks("train")] == ["gcd", "gcd", "lcm", "aiw"]
    assert [task.category for task in environment.tasks("test")] == ["gcd", "lcm"]


def test_a_family_that_has_fewer_questions_than_asked_for_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("envs.reasoning_gym.families.NOTHING_NEW", 20)
    environment = ReasoningGym(["aiw"], train_size=1, test_size=100_000)
    with pytest.raises(ConfigError, match=r"of the family aiw, which has \d+ different ones"):
        environment.tasks("test")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("3 + 4 = 7\nAnswer: 7", "7"),
        ("Answer: 6\nNo, wait.\n**Answer:** 7", "7"),
        ("Yes", "Yes"),
        ("<think>Answer: 5</think>`7`", "7"),
        ("It may be 7\nor 8", ""),
        ("", ""),
    ],
)
def test_an_answer_is_the_last_labelled_one_or_a_message_of_one_line(text: str, answer: str) -> None:
    assert read_answer(text) == answer


def test_a_rollout_shows_the_question_and_keeps_partial_credit_apart() -> None:
    environment = ReasoningGym(["spell_backward"], train_size=1, test_size=1)
    (task,) = environment.tasks("train")
    right = played(environment, f"Answer: {task.truth}")
    near = played(environment, f"Answer: {task.truth[:-1]}")
    none = played(environment, "I do not know.\nSorry.")
    assert (right.score, right.notes["partial"]) == (1.0, 1.0)
    assert (near.score, near.success) == (0.0, False)
    assert 0.0 < float(str(near.notes["partial"])) < 1.0
    assert (none.answer, none.notes["ended"]) == ("", "no answer")
    agent = Says("x")
    asyncio.run(environment.rollout(Modules.of_instruction("Think twice."), task, agent))
    system, user = agent.seen[0]
    assert "Think twice." in system.content
    assert user.content == task.query


def test_the_reference_has_a_method_for_the_chosen_families_alone() -> None:
    environment = ReasoningGym(["leg_counting", "gcd"])
    assert isinstance(environment, ReferenceModules)
    text = environment.reference_modules()["methods"].instruction()
    assert "legs" in text
    assert "backward" not in text
    assert ReasoningGym(["aiw"]).reference_modules() == {}
    assert environment.initial_modules().instruction() == INITIAL


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"families": ["countdown"]}, "countdown is no family whose answers are scored without running them"),
        ({"families": ["leg_countin"]}, r"did you mean leg_counting\?"),
        ({"families": ["gcd", "gcd"]}, "each only once"),
        ({"families": "gcd"}, "a list of names"),
        ({"families": []}, "a list of names"),
        ({"train_size": 0}, "a number from 1 to 100000"),
        ({"test_size": True}, "a number from 1 to 100000"),
    ],
)
def test_wrong_settings_get_one_line(settings: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError, match=line):
        ReasoningGym(**settings)


def test_without_the_package_one_line_says_how_it_goes_in(tmp_path: Path) -> None:
    hide = "import importlib.metadata as m, sys; real = m.version\n"
    hide += "def version(name):\n    if name == 'reasoning-gym': raise m.PackageNotFoundError(name)\n"
    hide += "    return real(name)\nm.version = version\n"
    hide += "from harness.__main__ import main; sys.argv = ['harness', 'env=reasoning_gym']; main()"
    done = subprocess.run([sys.executable, "-c", hide], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'reasoning-gym" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_run_with_the_embedded_model_is_whole_and_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = Commands(tmp_path, monkeypatch, capsys)
    words = ("env=reasoning_gym", "method=all_at_once", "method.steps=1", "env.train_size=6", "env.test_size=6")
    assert command(*words).code == 0
    (run,) = tmp_path.glob("results/runs/reasoning_gym/*/*/*")
    assert command("verify", str(run)).code == 0
    assert command("replay", str(run)).code == 0
