"""Runs as Inspect AI logs: one log a run and agent, which `inspect view` and `inspect_ai.log.read_eval_log` open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from harness.records.files import told, whole
from harness.records.reading.asked import Asked, asked
from harness.records.reading.run import Run
from harness.records.reading.shareable import shareable
from harness.records.schema import RolloutRow

SCORER = "success"
EPOCH = "1970-01-01T00:00:00+00:00"


def write_inspect_logs(runs: Iterable[Run], out: Path) -> list[Path]:
    """Write the final tests of the runs and return the files. Texts of sensitive environments are digests.

    Raises
    ------
    ImportError
        If the package inspect_ai is missing (extra ``inspect``).
    """
    from inspect_ai.log import write_eval_log

    with told():
        out.mkdir(parents=True, exist_ok=True)
    written = []
    for run in runs:
        for agent, rows in _by_agent(run).items():
            path = out / f"{run.env}-{run.method}-{run.id}-{agent}.eval"
            with whole(path) as part:
                write_eval_log(_log(run, agent, rows=rows), part, format="eval")
            written.append(path)
    return written


def _by_agent(run: Run) -> dict[str, list[RolloutRow]]:
    agents: dict[str, list[RolloutRow]] = {}
    for row in run.rollouts("test"):
        agents.setdefault(row.agent, []).append(row)
    return agents


def _log(run: Run, agent: str, *, rows: Sequence[RolloutRow]) -> Any:
    from inspect_ai.log import (
        EvalConfig,
        EvalDataset,
        EvalLog,
        EvalMetric,
        EvalResults,
        EvalSample,
        EvalScore,
        EvalSpec,
        EvalStats,
    )
    from inspect_ai.scorer import Score

    model = f"{run.backbone}{' (simulated)' if run.record.simulated else ''}"

    def sample(row: RolloutRow) -> Any:
        answer = shareable(row.answer, run.sensitive)
        found = asked(row, run.texts) or Asked()
        return EvalSample(
            id=shareable(row.task, run.sensitive),
            epoch=row.trial + 1,
            input=shareable(found.query or row.task, run.sensitive),
            target=shareable(found.truth, run.sensitive) or "success",
            messages=list(_messages(row, found, sensitive=run.sensitive)),
            scores={SCORER: Score(value=row.score, answer=answer, metadata={"success": row.success})},
            model_usage={model: _usage([row])},
            total_time=row.usage.seconds,
            metadata={"category": row.category, "modules": row.modules, "steps": len(row.steps)},
        )

    began, ended = _times(run)
    mean = sum(row.score for row in rows) / len(rows)
    spec = EvalSpec(
        created=began,
        task=f"{run.env}/{run.method}/{agent}",
        run_id=run.id,
        dataset=EvalDataset(name=run.env, samples=len({row.task for row in rows})),
        model=model,
        config=EvalConfig(epochs=max(row.trial for row in rows) + 1),
        metadata={"run_id": run.id, "seed": run.seed, "agent": agent, "simulated": run.record.simulated},
    )
    score = EvalScore(name=SCORER, scorer=SCORER, metrics={"mean": EvalMetric(name="mean", value=mean)})
    results = EvalResults(total_samples=len(rows), completed_samples=len(rows), scores=[score])
    stats = EvalStats(started_at=began, completed_at=ended, model_usage={model: _usage(rows)})
    return EvalLog(status="success", eval=spec, results=results, stats=stats, samples=[sample(row) for row in rows])


def _times(run: Run) -> tuple[str, str]:
    """Return when the run's first session began and when its last one ended."""
    sessions = run.record.sessions
    if not sessions:
        return EPOCH, EPOCH
    last = datetime.fromisoformat(sessions[-1].started) + timedelta(seconds=sessions[-1].seconds)
    return sessions[0].started, last.isoformat(timespec="seconds")


def _usage(rows: Sequence[RolloutRow]) -> Any:
    from inspect_ai.model import ModelUsage

    prompt, completion = (sum(getattr(row.usage, name) for row in rows) for name in ("prompt", "completion"))
    return ModelUsage(
        input_tokens=prompt,
        output_tokens=completion,
        total_tokens=prompt + completion,
        input_tokens_cache_read=sum(row.usage.cached for row in rows),
        reasoning_tokens=sum(row.usage.reasoning for row in rows),
    )


def _messages(row: RolloutRow, found: Asked, *, sensitive: bool) -> Iterator[Any]:
    """Yield what was said; of a record that does not hold it, the steps."""
    from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageTool, ChatMessageUser

    kinds = {
        "system": ChatMessageSystem,
        "user": ChatMessageUser,
        "assistant": ChatMessageAssistant,
        "tool": ChatMessageTool,
    }
    for turn in (turn for turns in found.conversations for turn in turns):
        calls = [f"{name}({arguments})" for name, arguments in turn.calls]
        said = "\n".join([turn.text, *calls] if turn.text else calls)
        yield kinds[turn.speaker](content=shareable(said, sensitive))
    if found.conversations:
        return

    for step in row.steps:
        said = f"{step.thought}\n> {step.action}" if step.thought else f"> {step.action}"
        yield ChatMessageAssistant(content=shareable(said, sensitive))
        yield ChatMessageUser(content=shareable(step.observation, sensitive))
    if row.answer:
        yield ChatMessageAssistant(content=shareable(row.answer, sensitive))
