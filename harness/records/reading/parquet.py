"""Results as Parquet: the tidy frames of `frames`, texts of sensitive environments as digests; and the schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
from pydantic import BaseModel

from harness.records.files import told, whole, write_atomically
from harness.records.reading.frames import Frames
from harness.records.reading.run import Run
from harness.records.reading.shareable import shareable
from harness.records.schema import SCHEMA_VERSION, Lineage, ResultRecord, RolloutRow, RulesFile, RunRecord

FRAMES = ("runs", "rollouts", "messages", "lineage", "usage")
"""One Parquet file each."""

TEXTS = ("task", "answer", "verdict", "query", "truth", "content")
"""Columns that may hold what a task says."""

FILES: dict[str, type[BaseModel]] = {
    "run.json": RunRecord,
    "result.json": ResultRecord,
    "lineage.json": Lineage,
    "rules.json": RulesFile,
    "test.jsonl": RolloutRow,
}
"""Files of the record and the model of each (of a ``.jsonl``, of each line; ``train.jsonl`` is as ``test.jsonl``)."""


def write_parquet(runs: Sequence[Run], folder: Path) -> list[Path]:
    """Write every frame of the runs; return the paths."""
    with told():
        folder.mkdir(parents=True, exist_ok=True)
    frames = Frames(runs)
    sensitive = {run.id for run in runs if run.sensitive}
    paths = [folder / f"{name}.parquet" for name in FRAMES]
    with ExitStack() as all_or_none:
        for name, path in zip(FRAMES, paths, strict=True):
            frame: pd.DataFrame = getattr(frames, name)
            if sensitive and not frame.empty:
                frame = _without_texts(frame, sensitive)
            if name == "runs":
                frame = _of_one_kind(frame)
            frame.to_parquet(all_or_none.enter_context(whole(path)), index=False)
    return paths


def write_schema(folder: Path) -> Path:
    """Write the JSON Schema of the record's files; return its path."""
    with told():
        folder.mkdir(parents=True, exist_ok=True)
    path = folder / "record.schema.json"
    files = {name: model.model_json_schema() for name, model in FILES.items()}
    write_atomically(path, json.dumps({"schema_version": SCHEMA_VERSION, "files": files}, indent=2) + "\n")
    return path


def _of_one_kind(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with settings as text where runs have values of several kinds, which Parquet refuses."""
    changed = frame.copy()
    for column in frame.columns:
        kinds = {type(value) for value in frame[column].dropna()}
        if frame[column].dtype == object and len(kinds) > 1:
            changed[column] = frame[column].map(lambda value: value if value is None else str(value))
    return changed


def _without_texts(frame: pd.DataFrame, sensitive: set[str]) -> pd.DataFrame:
    mine = frame["run_id"].isin(list(sensitive))
    changed = frame.copy()
    for column in TEXTS:
        if column in changed.columns:
            digests = changed.loc[mine, column].map(
                lambda text: shareable(text, True) if isinstance(text, str) else text
            )
            changed.loc[mine, column] = digests
    return changed
