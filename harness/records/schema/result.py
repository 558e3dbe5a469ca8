"""``result.json``: the scores and what they took."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import model_validator

from harness.records.bounds import Amount, Count, Digest, Name, RunId, Seed, Share
from harness.records.schema.strict import SCHEMA_VERSION, Status, Strict
from harness.records.schema.usage import UsageTable

ScoreName = Literal["test", "vanilla", "train", "backtest", "before"]


class _Sum:
    __slots__ = ("n", "total")

    def __init__(self) -> None:
        self.total, self.n = 0.0, 0

    def add(self, score: float) -> None:
        self.total += score
        self.n += 1

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else 0.0


class Score(Strict):
    """Mean score in [0, 1] over `n` rollouts, with the same by category (whose scores have no categories)."""

    mean: Share
    n: Count
    by_category: dict[Name, Score] = {}

    @model_validator(mode="after")
    def _flat(self) -> Self:
        if any(part.by_category for part in self.by_category.values()):
            raise ValueError("the score of a category has categories")
        return self

    @classmethod
    def of(cls, rollouts: Iterable[tuple[str, float]]) -> Self:
        """Return the score over rollouts, each given by its category and its score, added up in their order."""
        whole = _Sum()
        parts: dict[str, _Sum] = {}
        for category, score in rollouts:
            whole.add(score)
            parts.setdefault(category, _Sum()).add(score)
        by_category = {name: Score(mean=part.mean, n=part.n) for name, part in parts.items()}
        return cls(mean=whole.mean, n=whole.n, by_category=by_category)

    @classmethod
    def pool(cls, scores: Iterable[Score]) -> Self:
        """Return the score over the rollouts of all; ``n`` is 0 for none. Categories keep their first order."""
        means, counts = 0.0, 0
        parts: dict[str, list[Score]] = {}
        for score in scores:
            means += score.mean * score.n
            counts += score.n
            for name, part in score.by_category.items():
                parts.setdefault(name, []).append(part)
        by_category = {name: Score.pool(part) for name, part in parts.items()}
        kept = {name: part for name, part in by_category.items() if part.n}
        return cls(mean=means / counts if counts else 0.0, n=counts, by_category=kept)


class Seconds(Strict):
    """How long: on the clock of this machine, and along the longest chain of model calls that wait for each other."""

    wall: Amount
    critical_path: Amount


class ResultRecord(Strict):
    """`result.json`: the scores and what they took.

    `score` holds `test`, `vanilla` (where the vanilla agent was tested as well), `before` (the exploration of the
    initial modules, first of each scope), `train` (last exploration of each scope) and `backtest` (the last one), as
    far as there are any. `usage` is what the method and the test of its agent took, `usage_vanilla` what testing the
    vanilla agent took. `refused_calls` counts calls that the provider refused (each is an empty answer), `cut_prompts`
    prompts that a server cut without a word.
    """

    schema_version: int = SCHEMA_VERSION
    run_id: RunId
    env: Name
    method: Name
    backbone: Name
    seed: Seed
    simulated: bool
    generated_data: bool
    status: Status
    score: dict[ScoreName, Score]
    usage: UsageTable
    usage_vanilla: UsageTable
    seconds: Seconds
    optimizer_calls: Count
    merge_calls: Count
    module: Digest
    truncated_steps: Count
    tool_trials: Count = 0
    unread_answers: Count
    leaks: Count
    refused_calls: Count = 0
    cut_prompts: Count = 0

    @property
    def without_model(self) -> bool:
        """Whether the trained agent played the test without one call of a model: its module is a controller."""
        played = "test" in self.score and self.score["test"].n > 0
        return played and not any(row.calls for row in self.usage.get("test", {}).values())
