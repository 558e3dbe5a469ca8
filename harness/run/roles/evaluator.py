"""The evaluator: reads one trajectory and the ground truth, writes the textual gradient."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator

from harness.core.domain import Evaluation, Modules, Role, Task, Trajectory
from harness.core.messages import Message
from harness.run.roles import rendering
from harness.run.roles.prompting import Prompts
from harness.run.roles.typed import object_of


class Reading(BaseModel):
    """The evaluator's answer as JSON. Texts may be missing or lists; a verdict must be there."""

    model_config = ConfigDict(extra="ignore")

    verdict: Literal["correct", "incorrect"]
    failed: str = ""
    pattern: str = ""
    advice: str = ""

    @field_validator("verdict", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("failed", "pattern", "advice", mode="before")
    @classmethod
    def _join(cls, value: Any) -> Any:
        if isinstance(value, list):
            return " ".join(map(str, value))
        return "" if value is None else value


SCHEMA = Reading.model_json_schema()


def messages(prompts: Prompts, purpose: str, modules: Modules, task: Task, trajectory: Trajectory) -> list[Message]:
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


def read(text: str) -> Evaluation:
    """Read the evaluator's JSON object, wherever it stands in the answer."""
    reading = object_of(Reading, text)
    return Evaluation(reading.verdict, reading.failed, reading.pattern, reading.advice)
