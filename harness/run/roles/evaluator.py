"""The evaluator: reads one trajectory and the ground truth, writes the textual gradient."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from harness.core.answer_text import after_thoughts
from harness.core.domain import Evaluation, Modules, Role, Task, Trajectory
from harness.core.messages import Message
from harness.run.roles import rendering
from harness.run.roles.prompting import Prompts
from harness.run.roles.typed import UnreadableAnswer, object_of

_NOTHING = frozenset({"", "nothing", "nothing to add", "none", "n/a"})


class Reading(BaseModel):
    """The evaluator's answer as JSON. Texts may be missing or lists."""

    model_config = ConfigDict(extra="ignore")

    failed: str = ""
    source: str = ""
    pattern: str = ""
    advice: str = ""

    @field_validator("failed", "source", "pattern", "advice", mode="before")
    @classmethod
    def _join(cls, value: Any) -> Any:
        text = " ".join(map(str, value)) if isinstance(value, list) else value
        return "" if text is None or (isinstance(text, str) and _is_nothing(text)) else text


SCHEMA = Reading.model_json_schema()
"""Of an answer about a failure; one about a success may be a single word."""


def messages(prompts: Prompts, purpose: str, *, modules: Modules, task: Task, trajectory: Trajectory) -> list[Message]:
    """Write the evaluator's prompt, about the first module that is trained."""
    module = modules[modules.trainable[0]]
    return prompts.messages(
        Role.EVALUATOR,
        module.kind,
        purpose=purpose,
        **rendering.module(module),
        task=task,
        outcome=rendering.outcome(trajectory),
        attempt=rendering.attempt(trajectory),
    )


def read(text: str, success: bool) -> Evaluation:
    """Read the evaluator's answer about an attempt of this outcome, which is the verdict.

    Of a success only advice counts: what made it work would be speculation.

    Raises
    ------
    UnreadableAnswer
        If there is no JSON object, or if it says nothing about a failure.
    """
    if success:
        said = after_thoughts(text)
        advice = "" if _is_nothing(said) else object_of(Reading, text).advice
        return Evaluation("correct", "", pattern="", advice=advice)
    reading = object_of(Reading, text)
    if not reading.failed and not reading.advice:
        raise UnreadableAnswer("it says neither what failed nor what to do about it")
    return Evaluation(
        "incorrect", reading.failed, pattern=reading.pattern, advice=reading.advice, source=reading.source
    )


def _is_nothing(text: str) -> bool:
    return text.strip().strip("\"'`*.!").strip().lower() in _NOTHING
