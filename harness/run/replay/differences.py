"""What differs between two files of a record, in words: pure functions of their bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from harness.records.inside import lines_inside, read_inside
from harness.records.schema import RolloutRow

MOST = 5
"""The most differences of one file that are reported one by one."""

TIMES: Mapping[str, tuple[str, ...]] = {"result.json": ("seconds", "wall")}
"""What a replay cannot reproduce: time on the clock of a machine."""

VERSION = ("schema_version",)
ADDED: Mapping[int, Sequence[tuple[str, ...]]] = {1: (VERSION, ("score", "before")), 2: (VERSION,)}
"""By earlier version of the record: what a replay, which writes this version, says in addition or otherwise."""

WHOLE_DIGEST = 64
"""Hex digits by which rows of earlier versions name modules."""


def file_differences(name: str, recorded: Path, *, replayed: Path) -> list[str]:
    """Return how a file of the record differs from its replay, a line each; nothing if it does not, but for times."""
    missing = [where for where, path in (("record", recorded), ("replay", replayed)) if not path.is_file()]
    if missing:
        return [] if len(missing) == 2 else [f"{name}: the {missing[0]} has no such file"]
    if name.endswith(".jsonl"):
        found = _rows(name, recorded, replayed=replayed)
    else:
        found = _whole(
            name, read_inside(recorded.parent, recorded.name), replayed=read_inside(replayed.parent, replayed.name)
        )
    lines = list(islice(found, MOST + 1))
    if len(lines) > MOST:
        lines[MOST:] = [f"{name}: and {sum(1 for _ in found) + 1} more differences"]
    return lines


def value_differences(recorded: Any, replayed: Any, *, at: str = "") -> Iterator[str]:
    """Yield where two JSON-like values differ: ``score.test.mean: recorded 0.5, replayed 0.25``."""
    if isinstance(recorded, Mapping) and isinstance(replayed, Mapping):
        for name in dict.fromkeys((*recorded, *replayed)):
            yield from value_differences(recorded.get(name), replayed.get(name), at=f"{at}.{name}" if at else str(name))
    elif isinstance(recorded, list) and isinstance(replayed, list) and len(recorded) == len(replayed):
        for number, pair in enumerate(zip(recorded, replayed, strict=True)):
            yield from value_differences(*pair, at=f"{at}[{number}]")
    elif recorded != replayed or type(recorded) is not type(replayed):
        yield f"{at}: recorded {_short(recorded)}, replayed {_short(replayed)}"


def _whole(name: str, recorded: bytes, *, replayed: bytes) -> Iterator[str]:
    if recorded == replayed:
        return
    if not name.endswith(".json"):
        yield f"{name}: recorded {_short(recorded.decode(errors='replace'))}, replayed {_short(replayed.decode())}"
        return
    old, new = _read(recorded), _read(replayed)
    if old is None:
        yield f"{name}: the recorded file is not JSON"
        return
    version = old.get("schema_version") if isinstance(old, dict) else None
    earlier = ADDED.get(version, ()) if isinstance(version, int) else ()
    for value in (old, new):
        _drop(value, TIMES.get(name))
        for path in earlier:
            _drop(value, path)
    differing = False
    for line in value_differences(old, new):
        differing = True
        yield f"{name}: {line}"
    if not differing and not earlier and (name not in TIMES or _text(_read(recorded)) != recorded):
        yield f"{name}: says the same in other bytes"


def _rows(name: str, recorded: Path, *, replayed: Path) -> Iterator[str]:
    old, new = (lines_inside(path.parent, path.name) for path in (recorded, replayed))
    for number, (one, other) in enumerate(zip_longest(old, new, fillvalue=b""), 1):
        if one == other:
            continue
        if not one or not other:
            yield f"{name} line {number}: only in the {'record' if one else 'replay'}"
            continue
        was, comes = _read(one), _read(other)
        if was is None:
            yield f"{name} line {number}: the recorded line is not JSON"
            continue
        earlier = isinstance(was, dict) and len(str(was.get("modules", ""))) == WHOLE_DIGEST
        if earlier:
            without_texts = "texts" not in was
            was, comes = (_whole_row(value, without_texts=without_texts) for value in (was, comes))
        named = (comes.get("task") or comes.get("key")) if isinstance(comes, dict) else None  # a text has a key
        where = f"{name} line {number}" + (f" ({named})" if named else "")
        lines = [f"{where}: {line}" for line in value_differences(was, comes)]
        yield from lines or ([] if earlier else [f"{where}: says the same in other bytes"])


def _whole_row(row: Any, *, without_texts: bool) -> Any:
    """Return a row with all of its fields, so that rows of two versions can be compared; any other value as it is."""
    try:
        return RolloutRow.model_validate(row).model_dump(mode="json", exclude={"texts"} if without_texts else None)
    except ValidationError:
        return row


def _read(data: bytes) -> Any:
    try:
        return from_json(data)  # nested 200 levels at most
    except ValueError:
        return None


def _text(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _drop(value: Any, path: tuple[str, ...] | None) -> None:
    if path and isinstance(value, dict):
        *inner, last = path
        for name in inner:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, dict):
            value.pop(last, None)


def _short(value: Any, limit: int = 70) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[: limit - 4] + " ..."
