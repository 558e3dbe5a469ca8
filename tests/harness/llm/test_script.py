"""A script plays a model: `backbone=scripted backbone.script=FILE` or `module:function`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.core.errors import ConfigError, HarnessError
from harness.core.messages import Message
from harness.llm.script import load
from tests.commands import Commands

ENVIRONMENT = '''
from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import Description
from harness.core.messages import Message


class Echo:
    """Repeat a word in upper case."""

    def describe(self):
        return Description("echo", version="1", scorer_version="1", data_checksum="fixed", purpose="Repeat words.")

    def initial_modules(self):
        return Modules.of_instruction("Answer with the word.")

    def tasks(self, split):
        words = ["apple", "bread"] if split == "train" else ["fork", "glass"]
        return [Task(f"{split}-{word}", f"The word is: {word}", word.upper(), "words") for word in words]

    async def rollout(self, modules, task, agent):
        answer = await agent.complete([Message("system", modules.instruction()), Message("user", task.query)])
        return Trajectory(task.id, (), answer.text, answer.text == task.truth, float(answer.text == task.truth))
'''
ANSWERS = """
- role: agent
  when: [upper case, fork]
  answer: FORK
- role: agent
  answer: nothing
- role: evaluator
  answer: '{"verdict": "incorrect", "advice": "Write the word in upper case."}'
- answer: <instruction>Write the word in upper case.</instruction>
"""
WORDS = ("env=echoes.Echo", "method=all_at_once", "method.steps=1", "backbone=scripted")


@pytest.fixture
def harness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    (tmp_path / "echoes.py").write_text(ENVIRONMENT)
    (tmp_path / "answers.yaml").write_text(ANSWERS)
    return Commands(tmp_path, monkeypatch, capsys)


def said(name: str, *contents: str, role: str = "agent") -> str:
    messages = [Message("assistant" if number % 2 else "user", content) for number, content in enumerate(contents)]
    return load(name).answer(role, messages).text


def only_run(folder: Path) -> Path:
    (run,) = (folder / "results" / "runs" / "echo").glob("*/scripted/*")
    return run


def test_the_first_entry_answers_whose_role_and_texts_fit(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(ANSWERS)
    assert said(str(path), "in upper case", "", "fork") == "FORK"
    assert said(str(path), "fork") == "nothing"
    assert said(str(path), "fork", role="merger").startswith("<instruction>")


def test_a_list_of_answers_is_one_a_turn_and_the_last_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("- answer: [look, {tool: open, arguments: {what: box}}, stop]")
    assert said(str(path), "start") == "look"
    called = load(str(path)).answer("agent", [Message("user", "a"), Message("assistant", "look")])
    assert called.finish == "tool_calls"
    assert called.tool_calls[0].name == "open"
    assert json.loads(called.tool_calls[0].arguments) == {"what": "box"}
    assert said(str(path), "a", "look", "b", "open", "c", "stop", "d") == "stop"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("- role: boss\n  answer: x", "0.role"),
        ("- when: x", "0.answer"),
        ("- answer: []", "0.answer"),
        ("- answer: 7", "0.answer"),
        ("answer: x", "list"),
        ("- {", "not YAML"),
        ("- !!python/object/apply:os.getcwd []", "not YAML"),
    ],
)
def test_a_file_that_is_no_script_is_one_line(content: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=problem) as caught:
        load(str(path))
    assert "\n" not in str(caught.value)


def test_a_prompt_that_no_entry_answers_is_named(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("- when: apple\n  answer: x")
    with pytest.raises(HarnessError, match=r"no entry answers the agent's prompt that ends in 'a pear'"):
        said(str(path), "a pear")


def test_a_run_learns_from_the_script_is_marked_as_simulated_and_costs_nothing(
    harness: Commands, tmp_path: Path
) -> None:
    done = harness(*WORDS, "backbone.script=answers.yaml")
    assert done.code == 0, done.err
    result = json.loads((only_run(tmp_path) / "result.json").read_text())
    assert result["simulated"] is True
    assert result["score"]["vanilla"]["mean"] == 0
    assert result["score"]["test"]["mean"] == 0.5
    assert all(row["usd"] == 0 for phase in result["usage"].values() for row in phase.values())


def test_another_script_is_another_run(harness: Commands, tmp_path: Path) -> None:
    harness(*WORDS, "backbone.script=answers.yaml")
    first = only_run(tmp_path).name
    assert first in harness(*WORDS, "backbone.script=answers.yaml").out
    (tmp_path / "answers.yaml").write_text(ANSWERS.replace("FORK", "SPOON"))
    assert first not in harness(*WORDS, "backbone.script=answers.yaml").out


def test_a_record_is_replayed_without_its_script(harness: Commands, tmp_path: Path) -> None:
    harness(*WORDS, "backbone.script=answers.yaml")
    (tmp_path / "answers.yaml").unlink()
    done = harness("verify", only_run(tmp_path).name, "--trust", "echoes.Echo", "--recompute")
    assert done.code == 0, done.out + done.err


def test_a_function_plays_the_roles_and_is_never_imported_from_a_record(harness: Commands, tmp_path: Path) -> None:
    (tmp_path / "player.py").write_text(
        "from pathlib import Path\nPath('imported').touch()\n\n"
        "def answer(role, messages):\n"
        "    word = messages[-1].content.rpartition(' ')[2]\n"
        "    texts = {'agent': word.upper(), 'evaluator': '{\"verdict\": \"correct\"}'}\n"
        "    return texts.get(role, '<instruction>Shout.</instruction>')\n"
    )
    done = harness(*WORDS, "backbone.script=player:answer")
    assert done.code == 0, done.err
    run = only_run(tmp_path)
    assert json.loads((run / "result.json").read_text())["score"]["test"]["mean"] == 1
    import sys

    del sys.modules["player"]
    (tmp_path / "imported").unlink()
    assert harness("verify", run.name, "--trust", "echoes.Echo").code == 0
    assert not (tmp_path / "imported").exists()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), "backbone.script=FILE"),
        (("backbone.script=missing.yaml",), "missing.yaml"),
        (("backbone.script=missing:answer",), "cannot import missing"),
        (("backbone.script=echoes:answer",), "has no function answer"),
    ],
)
def test_a_missing_script_is_one_line_and_nothing_is_written(
    words: tuple[str, ...], problem: str, harness: Commands, tmp_path: Path
) -> None:
    done = harness(*WORDS, *words)
    assert done.code == 2
    assert problem in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (tmp_path / "results").exists()


def test_one_role_can_have_a_real_model(harness: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    done = harness(*WORDS, "backbone.script=answers.yaml", "backbone.optimizer=openai/gpt-4o")
    assert done.code == 2
    assert "no key for openai/gpt-4o (backbone.optimizer)" in done.err
