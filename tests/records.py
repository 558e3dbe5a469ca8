"""Records written by hand, for tests of what reads them: no run is needed for a run's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.core.domain import Modules
from harness.records.conversation import Turn, write_conversation
from harness.records.files import write_atomically
from harness.records.folder import RunFolder
from harness.records.run_id import run_id
from harness.records.schema import (
    EnvironmentRecord,
    EvaluationRow,
    ResultRecord,
    RolloutRow,
    RunRecord,
    Score,
    Seconds,
    Session,
    StepRow,
    TextsRow,
    UsageRow,
)
from harness.records.spool import TextSpool
from harness.run.lab.lineage import LineageBook

CATEGORIES = ("Pick", "Cool")


def write_run(
    results: Path,
    method: str = "fgo",
    seed: int = 0,
    wins: Sequence[float] = (1, 0, 1, 0),
    vanilla: Sequence[float] | None = None,
    settings: Mapping[str, Any] | None = None,
    status: str = "finished",
    simulated: bool = True,
    env: str = "toy",
    backbone: str = "sim",
    tokens: int = 1000,
    usd: float | None = 0.5,
    truncated: int = 0,
    tasks: Sequence[str] | None = None,
    sensitive: bool = False,
    text: str = "an observation",
    train: Sequence[float] = (0, 1),
    models: Mapping[str, Any] | None = None,
    prompts: Mapping[str, str] | None = None,
    test_calls: int = 4,
) -> RunFolder:
    """Write the folder of a run whose trained agent scores `wins` on the test tasks."""
    names = list(tasks or [f"task-{number}" for number in range(len(wins))])
    identity = {
        "method": {"name": method, "steps": 6, **(settings or {})},
        "env": {"name": env, "train_size": len(train)},
        "seed": seed,
        "trials": 1,
        "models": models or backbone,
        "tasks": names,
        "baseline": True,
        **({"roles": {"prompts": prompts}} if prompts else {}),
    }
    name = run_id(identity)
    folder = RunFolder.of(results, env, method=method, backbone=backbone, run_id=name)
    folder.create()
    made = Modules.of_instruction(f"learned by {method} {seed}: {text}")
    initial = Modules.of_instruction("initial")
    paid = {"agent": UsageRow(calls=9, prompt=tokens, completion=10, usd=usd)}
    record = RunRecord(
        run_id=name,
        env=env,
        method=method,
        backbone=backbone,
        status=status,  # type: ignore[arg-type]
        simulated=simulated,
        seed=seed,
        data_seed=0,
        config={"method": identity["method"], "env": identity["env"], "seed": seed},
        identity=identity,
        environment=EnvironmentRecord(
            name=env, version="1", scorer_version="1", data_checksum="0" * 64, generated=True, sensitive=sensitive
        ),
        splits={"train": [f"train-{n}" for n in range(len(train))], "validation": [], "test": names},
        git_revision=None,
        packages={},
        python="3",
        sessions=[
            Session(
                started="2026-01-01T00:00:00",
                seconds=1.0,
                status=status,  # type: ignore[arg-type]
                message="" if status == "finished" else "the provider went away",
                usd_paid=usd,
                paid=paid,
                broken=1,
            )
        ],
    )
    folder.write_run(record)
    if status != "finished":
        return folder
    agents = {"trained": (made, wins)} | ({"vanilla": (initial, vanilla)} if vanilla is not None else {})
    spool = TextSpool(folder.texts)
    rows = [
        rollout(agent, modules, task, n, float(score), text, "test", spool)
        for agent, (modules, scores) in agents.items()
        for n, (task, score) in enumerate(zip(names, scores, strict=True))
    ]
    write_rows(folder.test, rows)
    write_rows(
        folder.train,
        [
            rollout("training", initial, f"train-{n}", n, float(score), text, "explore", spool)
            for n, score in enumerate(train)
        ],
    )
    spool.finish()
    book = LineageBook()
    book.add((0,), "", kind="initial", made=initial)
    book.add((0, 1), "", kind="optimize", made=made, parents=(initial,))
    score = {"test" if agent == "trained" else agent: pooled(scores) for agent, (_, scores) in agents.items()}
    score["train"] = pooled(train)
    result = ResultRecord(
        run_id=name,
        env=env,
        method=method,
        backbone=backbone,
        seed=seed,
        simulated=simulated,
        generated_data=True,
        status="finished",
        score=score,
        usage={
            "explore": {"agent": UsageRow(calls=5, prompt=tokens, completion=10, usd=usd)},
            "optimize": {"optimizer": UsageRow(calls=2, prompt=tokens // 10, completion=5, usd=usd)},
            "test": {"agent": UsageRow(calls=test_calls, prompt=70, completion=3, usd=0.01)},
        },
        usage_vanilla={"test": {"agent": UsageRow(calls=4, prompt=60, completion=3, usd=0.01)}},
        seconds=Seconds(wall=2.0, critical_path=tokens / 10),
        optimizer_calls=6,
        merge_calls=1,
        module=made.digest,
        truncated_steps=truncated,
        unread_answers=0,
        leaks=0,
    )
    folder.write_results(result, book.lineage(made), modules=book.modules)
    return folder


def pooled(scores: Sequence[float]) -> Score:
    """Return the score over rollouts whose categories alternate."""
    return Score.of((CATEGORIES[n % 2], float(score)) for n, score in enumerate(scores))


def write_rows(path: Path, rows: Sequence[RolloutRow]) -> None:
    """Write rows as the record holds them."""
    write_atomically(path, "".join(row.model_dump_json() + "\n" for row in rows))


def rollout(
    agent: str,
    modules: Modules,
    task: str,
    number: int,
    score: float,
    text: str,
    purpose: str,
    spool: TextSpool | None = None,
) -> RolloutRow:
    """Return one rollout; with a spool, one that says what it was asked."""
    return RolloutRow(
        purpose=purpose,
        scope="",
        agent=agent,  # type: ignore[arg-type]
        modules=modules.digest,
        task=task,
        category=CATEGORIES[number % 2],
        trial=0,
        success=score == 1.0,
        score=score,
        answer=text,
        steps=[StepRow(action="look", observation=text, thought="hm")],
        notes={"ended": "done"},
        usage=UsageRow(calls=1, prompt=17, completion=1, usd=0.0),
        evaluation=EvaluationRow(verdict=text, failed="f", pattern="p", advice="a") if purpose == "explore" else None,
        texts=asked(spool, task, text) if spool else None,
    )


def asked(spool: TextSpool, task: str, text: str) -> TextsRow:
    """Return what a rollout was asked: a question about the task, and a call of a tool."""
    turns = [
        Turn("system", "You find things. " * 20),
        Turn("user", f"where is it? {task}\n{text}"),
        Turn("assistant", f"I look. {text}", (("look", "{}"),)),
        Turn("tool", text),
        Turn("assistant", f"found {text}"),
    ]
    question, truth = spool.add(f"where is it? {task}"), spool.add(f"truth of {task}")
    return TextsRow(query=question, truth=truth, conversations=[write_conversation(spool, turns)])
