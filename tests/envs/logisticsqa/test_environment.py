"""The environment: the contract, one turn, scores, and documents that are too long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from envs.logisticsqa import generate
from envs.logisticsqa.environment import LogisticsQA
from envs.logisticsqa.fitting import CUT, fit
from envs.logisticsqa.generate.numbers import halves
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
    assert trajectory.notes["issuer"] == "seen"


def test_notes_name_the_rules_that_a_document_needs_and_its_prompt_does_not() -> None:
    environment = LogisticsQA()
    names = {rule.name for rule in generate.rulebook(0).rules} | {"none", "undecidable"}
    agent = Scripted(lambda _: "Reference: 1")
    seen = set()
    for task in environment.tasks("train"):
        trajectory = asyncio.run(environment.rollout(environment.initial_modules(), task, agent))
        rules = trajectory.notes["rules"]
        assert isinstance(rules, list)
        seen |= set(rules)
    assert seen == names
    prompts = "\n".join(message.content for messages in agent.seen for message in messages)
    assert not [name for name in names - {"none"} if name in prompts]


def test_a_prompt_does_not_say_that_a_document_is_synthetic_and_a_file_does() -> None:
    _, _, agent = play(lambda _: "Reference: 1")
    assert "synthetic" not in "\n".join(message.content for message in agent.seen[0]).lower()
    assert "Synthetic document" in generate.write(generate.plan(0, "train", index=0))[:400]


def test_the_reference_module_is_the_rulebook_of_the_seed() -> None:
    texts = {LogisticsQA(data_seed=seed).reference_modules()["rulebook"].instruction() for seed in range(3)}
    assert len(texts) == 3


def test_a_digest_holds_references_lines_and_issuer_and_no_more() -> None:
    environment = LogisticsQA()
    for task in environment.tasks("train")[:12]:
        short = environment.digest(task)
        one = generate.plan(0, "train", index=int(task.id.partition("-")[2]))
        for number in one.candidates.values():
            printed = halves(number) if one.selecting == "halves" else [one.print.printed(number)]
            if "other" not in one.candidates:
                assert all(part in short for part in printed)
        assert len(short) < 2000
        assert "InvoiceLine[1]" in short
        assert "TaxTotal" not in short
        assert "StreetName" not in short


def test_short_documents_have_some_ten_lines() -> None:
    for index in range(40):
        text = generate.show(generate.plan(0, "test", index=index), "short")
        assert 8 <= len(text.splitlines()) <= 20


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
    stripped = fit(document, 1000, policy="strip")
    assert stripped is not None
    assert stripped.text == "<Invoice>truth</Invoice>"
    assert stripped.cut == len(document) - len(stripped.text)
    cut = fit(document, 1000, policy="cut")
    assert cut is not None
    assert len(cut.text) <= 3300
    assert fit(document, 1000, policy="fail") is None


@pytest.mark.parametrize(
    "settings",
    [
        {"train_size": 0},
        {"test_size": "x"},
        {"on_bad_document": "ask"},
        {"size": "tiny"},
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
