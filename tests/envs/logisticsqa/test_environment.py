"""The environment: the contract, one turn, scores, and documents that are too long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from envs.logisticsqa.environment import LogisticsQA
from envs.logisticsqa.fitting import CUT, fit
from harness.core.domain import Modules, Task, Trajectory, Usage
from harness.core.environment import Environment
from harness.core.errors import AnswerError, ConfigError
from harness.core.messages import Answer, Message


class Scripted:
    """An agent's model that says what a function of the messages says."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self.say = say
        self.seen: list[Sequence[Message]] = []

    async def complete(self, messages: Sequence[Message], tools: Sequence[Any] = ()) -> Answer:
        self.seen.append(messages)
        return Answer(self.say(messages[-1].content), Usage())

    async def effect(self, kind: str, inputs: Any, compute: Any) -> Any:
        raise AssertionError("no effects here")


def play(say: Callable[[str], str], **settings: Any) -> tuple[Task, Trajectory, Scripted]:
    environment = LogisticsQA(**settings)
    task = environment.tasks("train")[0]
    agent = Scripted(say)
    trajectory = asyncio.run(environment.rollout(Modules.of_instruction("Find it."), task, agent))
    return task, trajectory, agent


def test_it_is_an_environment() -> None:
    environment = LogisticsQA()
    assert isinstance(environment, Environment)
    assert [len(environment.tasks(split)) for split in ("train", "test")] == [48, 219]
    assert environment.describe().generated
    assert not environment.describe().sensitive


def test_one_turn_with_the_document_and_never_the_truth_beside_it() -> None:
    task, trajectory, agent = play(lambda _: "Reference: 1")
    assert len(agent.seen) == 1
    system, user = (message.content for message in agent.seen[0])
    assert "<instruction>\nFind it.\n</instruction>" in system
    assert user.startswith("<document>")
    assert task.truth not in system
    assert trajectory.steps[0].observation in user
    assert not trajectory.success
    assert trajectory.notes["tier"] in (1, 2, 3, 4)


def test_exact_and_lenient_scores() -> None:
    truth = LogisticsQA().tasks("train")[0].truth
    _, right, _ = play(lambda _: f"Reference: {truth}")
    assert (right.score, right.notes["lenient"]) == (1.0, 1.0)
    _, near, _ = play(lambda _: f"Reference: {truth[:2]} {truth[2:]}")
    assert (near.score, near.notes["lenient"]) == (0.0, 1.0)


def test_a_long_document_is_fitted_and_that_is_noted() -> None:
    _, trajectory, agent = play(lambda _: "Reference: 1", max_document_tokens=1000)
    assert trajectory.notes["document"] == "cut"
    assert int(trajectory.notes["cut"]) > 1000
    assert CUT in agent.seen[0][-1].content


def test_a_document_beyond_the_window_is_halved_until_it_fits() -> None:
    def small_window(text: str) -> str:
        if len(text) > 4000:
            raise AnswerError("the context window is exceeded")
        return "Reference: 1"

    _, trajectory, agent = play(small_window)
    assert trajectory.notes["ended"] == "answered"
    assert 1 < len(agent.seen) <= 4
    _, failed, _ = play(small_window, long_documents="fail")
    assert (failed.notes["ended"], failed.score) == ("context", 0.0)


def test_stripping_comes_before_cutting() -> None:
    document = (
        "<Invoice><cbc:EmbeddedDocumentBinaryObject>"
        + "A" * 9000
        + "</cbc:EmbeddedDocumentBinaryObject>truth</Invoice>"
    )
    stripped = fit(document, 1000, "strip")
    assert stripped is not None
    assert stripped.text == "<Invoice>truth</Invoice>"
    assert stripped.cut == len(document) - len(stripped.text)
    cut = fit(document, 1000, "cut")
    assert cut is not None
    assert len(cut.text) <= 3300
    assert fit(document, 1000, "fail") is None


@pytest.mark.parametrize(
    "settings",
    [
        {"train_size": 0},
        {"test_size": "x"},
        {"on_bad_document": "ask"},
        {"long_documents": "x"},
        {"data_dir": "/no/such"},
    ],
)
def test_wrong_settings_are_told(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        LogisticsQA(**settings).describe()


def test_ten_thousand_tasks_hold_no_documents() -> None:
    tasks = LogisticsQA(test_size=2000).tasks("test")
    assert len({task.id for task in tasks}) == 2000
    assert sum(len(repr(task)) for task in tasks) < 2000 * 400
