"""Reads a `.wandb` file: a header of 7 bytes, then protobuf records in the framing of LevelDB's log (32 kB blocks)."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wandb.proto import wandb_internal_pb2

BLOCK = 32_768
HEADER = struct.Struct("<IHB")
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def chunks(data: bytes) -> Iterator[bytes]:
    assert data[:4] == b":W&B"
    place, whole = 7, b""
    while place + HEADER.size <= len(data):
        left = BLOCK - place % BLOCK
        if left < HEADER.size:
            place += left
            continue
        _, length, kind = HEADER.unpack_from(data, place)
        if kind == 0:
            place += left
            continue
        place += HEADER.size
        whole += data[place : place + length]
        place += length
        if kind in (FULL, LAST):
            yield whole
            whole = b""


class WandbFile:
    """What was logged: the run, its config, history, summary, artifacts and how it ended."""

    def __init__(self, path: Path) -> None:
        self.config: dict[str, Any] = {}
        self.history: list[dict[str, Any]] = []
        self.summary: dict[str, Any] = {}
        self.artifacts: list[Any] = []
        self.exit_code: int | None = None
        self.run: Any = None
        self.bytes = path.read_bytes()
        for chunk in chunks(self.bytes):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(chunk)
            self._take(record)

    def _take(self, record: Any) -> None:
        kind = record.WhichOneof("record_type")
        if kind == "run":
            self.run = record.run
            self.config |= {item.key: json.loads(item.value_json) for item in record.run.config.update}
        elif kind == "history":
            self.history.append(self._items(record.history.item))
        elif kind == "summary":
            self.summary |= self._items(record.summary.update)
        elif kind == "artifact":
            self.artifacts.append(record.artifact)
        elif kind == "exit":
            self.exit_code = record.exit.exit_code

    @staticmethod
    def _items(items: Any) -> dict[str, Any]:
        return {item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in items}


def offline_run(folder: Path) -> WandbFile:
    """Return the one offline run of a folder."""
    (path,) = folder.glob("wandb/offline-run-*/*.wandb")
    return WandbFile(path)
