"""A stranger's record under every command that reads records: no traceback, hang or raw output, no harm to others."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from harness.core.domain import Usage
from harness.core.messages import Answer
from harness.core.printable import printable
from harness.llm.storage.journal import Journal
from harness.llm.storage.journal_file import line_of
from harness.llm.storage.records import Record, write_answer
from harness.records.run_id import run_id
from tests.fuzz.called import called
from tests.fuzz.mutations import HOSTILE, RAW, changed
from tests.harness.reports.site.planting import with_merge
from tests.records import write_run

FILES = (
    "run.json",
    "result.json",
    "lineage.json",
    "test.jsonl",
    "train.jsonl",
    "journal.jsonl",
    "texts.jsonl",
    "module.txt",
    "modules",
)


@dataclass(frozen=True)
class Hostile:
    """A record with one file changed: its new content, or what stands in its place (``link``, ``pipe``, ``folder``)."""

    name: str
    content: bytes | None
    instead: str = ""
    consistent: bool = False
    command: int = 0


@cache
def base() -> dict[str, bytes]:
    """Return the files of a sound record."""
    with tempfile.TemporaryDirectory() as made:
        folder = with_merge(Path(made))
        asyncio.run(_journal(folder.journal))
        paths = [path for path in folder.path.rglob("*") if path.is_file() and path.name != ".lock"]
        return {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in sorted(paths)}


async def _journal(path: Path) -> None:
    journal = Journal.open(path)
    answer = write_answer(Answer(text="hello", usage=Usage(calls=1, prompt=3, completion=2)))
    await journal.append(
        Record("0" * 64, "answer", role="agent", purpose="explore", about={"model": "m", "trial": 0}, result=answer)
    )
    await journal.append(
        Record("1" * 64, "refusal", role="agent", purpose="explore", about={"model": "m"}, result="too long")
    )
    await journal.append(
        Record("2" * 64, "effect", role="", purpose="", about={"effect": "search"}, result={"found": [1, 2]})
    )
    await journal.close()
    path.with_name("journal.index").unlink(missing_ok=True)


@st.composite
def hostile(draw: st.DrawFn) -> Hostile:
    """Draw a hostile record."""
    files = base()
    name = draw(st.sampled_from(FILES))
    if name == "modules":
        name = draw(st.sampled_from([path for path in files if path.startswith("modules/")]))
    command = draw(st.integers(0, len(COMMANDS) - 1))
    way = draw(st.sampled_from(["value"] * 8 + ["bytes", "instead"]))
    if way == "instead":
        return Hostile(name, None, draw(st.sampled_from(["", "link", "pipe", "folder"])), command=command)
    if way == "bytes":
        return Hostile(name, draw(st.sampled_from(RAW))(files[name]), command=command)
    if name.endswith(".txt"):
        return Hostile(name, "".join(draw(st.lists(st.sampled_from(HOSTILE), max_size=4))).encode(), command=command)
    if not name.endswith(".jsonl"):
        content = draw(changed(json.loads(files[name])))
        return Hostile(name, json.dumps(content).encode(), "", draw(st.booleans()), command)
    lines = files[name].splitlines()
    place = draw(st.integers(0, len(lines) - 1))
    journal = name == "journal.jsonl"
    row = json.dumps(draw(changed(json.loads(lines[place][9:] if journal else lines[place])))).encode()
    lines[place] = line_of(row)[:-1] if journal else row
    return Hostile(name, b"\n".join(lines) + b"\n", command=command)


EXAMPLES = hostile()


def check(record: Hostile) -> None:
    """Put the record beside a sound one and read both by some commands."""
    with tempfile.TemporaryDirectory() as made:
        results = Path(made) / "results"
        sound = write_run(results, "sound", backbone="sim")
        folder = results / "runs/toy/fgo/sim/0123456789ab"
        _lay(record, folder)
        for words in (*ALWAYS, *COMMANDS[record.command]):
            given = [word.format(run=folder, results=results, out=Path(made) / "out", zip=made) for word in words]
            if any("{zip}" in word for word in words):
                _pack(record, Path(made) / "packed.zip")
            code, out = called(given)
            assert code in (0, 1, 2), (given, code)
            assert printable(out, lines=True) == out, (given, out)
            if words[0] == "leaderboard" and "--curves" not in words:  # the sound run validates nothing
                assert sound.path.name in out or "sound" in out, (given, out)


ALWAYS = (("runs", "--results", "{results}"), ("leaderboard", "{results}", "--csv"))
COMMANDS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("show", "{run}"), ("show", "{run}", "--lineage"), ("show", "{run}", "--tasks")),
    (("show", "{run}", "--trajectory", "task"), ("compare", "{run}", "sound", "--results", "{results}")),
    (("leaderboard", "{results}"), ("leaderboard", "{results}", "--json"), ("leaderboard", "{results}", "--latex")),
    (("leaderboard", "{results}", "--markdown"), ("leaderboard", "{results}", "--by", "tokens")),
    (("site", "{out}", "--results", "{results}"),),
    (("export", "{out}", "--results", "{results}"),),
    (("paper", "{results}"),),
    (("journal", "stats", "{run}"), ("journal", "export", "{run}")),
    (("submit", "{run}", "--out", "{out}"),),
    (("verify", "{run}"), ("verify", "{zip}/packed.zip")),
    (("watch", "{run}", "--once"), ("show", "{run}", "--trajectory", "task", "--messages")),
    (("leaderboard", "{results}", "--overall"), ("leaderboard", "{results}", "--curves")),
    (("board", "{zip}", "--out", "{out}"),),
    (("replay", "{run}"), ("regress", "{results}", "--baseline", "{results}")),
)


def _lay(record: Hostile, folder: Path) -> None:
    for name, content in _files(record).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    path = folder / record.name
    match record.instead:
        case "link":
            path.symlink_to("/etc/passwd")
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()


def _files(record: Hostile) -> dict[str, bytes]:
    files = {**base()}
    if record.content is None:
        del files[record.name]
    else:
        files[record.name] = record.content
    if record.consistent and record.name == "run.json":
        run_file, result = json.loads(files["run.json"]), json.loads(files["result.json"])
        try:
            name = run_id(run_file["identity"])
        except (KeyError, TypeError, ValueError, AttributeError):
            return files
        files["run.json"] = json.dumps({**run_file, "run_id": name}).encode()
        files["result.json"] = json.dumps({**result, "run_id": name}).encode()
    return files


def _pack(record: Hostile, path: Path) -> None:
    files = _files(record)
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("submission.json", json.dumps({"format": 1, "run_id": "0123456789ab", "files": listed}))
        for name, content in files.items():
            packed.writestr(name, content)
