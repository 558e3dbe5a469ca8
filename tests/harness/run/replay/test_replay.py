"""A recorded run is replayed offline, byte for byte; a record that was tampered with is found out, by name."""

from __future__ import annotations

import json
import re
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import run
from harness.llm.storage.journal import Journal
from harness.llm.storage.journal_file import line_of
from harness.llm.storage.records import encode
from harness.records.folder import RunFolder
from harness.run.replay.differences import file_differences
from harness.run.replay.outside import Drift
from harness.run.replay.verification import verify
from tests.conftest import only_run

SMALL = ("env.train_size=6", "env.test_size=6", "method.steps=6", "method.subsets=6")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    results = tmp_path_factory.mktemp("replay") / "results"
    assert run([*SMALL, f"results_dir={results}"]) == 0
    return only_run(results)


@pytest.fixture
def copy(recorded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(recorded, tmp_path / "elsewhere" / recorded.name))


def wrong(folder: Path, work: Path, drift: Drift | None = None) -> str:
    work.mkdir(exist_ok=True)
    return "\n".join(line for check in verify(RunFolder(folder), work, drift=drift) for line in check.wrong)


def edit(path: Path, change: Callable[[Any], None]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def edit_row(path: Path, number: int, change: Callable[[Any], None]) -> None:
    rows = path.read_text().splitlines()
    row = json.loads(rows[number])
    change(row)
    rows[number] = json.dumps(row, separators=(",", ":"), ensure_ascii=False)
    path.write_text("\n".join(rows) + "\n")


def edit_journal(path: Path, change: Callable[[Any], None], forge: bool) -> None:
    """Change the first answer; `forge` makes its checksum anew."""
    lines = path.read_bytes().splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines) if n and b'"kind"' not in line)
    content = json.loads(lines[number][9:])
    change(content)
    data = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    crc = b"%08x" % zlib.crc32(data) if forge else lines[number][:8]
    lines[number] = crc + b" " + data + b"\n"
    path.write_bytes(b"".join(lines))


def test_a_replay_equals_the_record_and_changes_nothing(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in recorded.rglob("*")}
    assert run(["replay", str(recorded)]) == 0
    assert "equals the record, byte for byte" in capsys.readouterr().out
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in recorded.rglob("*")} == before


def test_prompts_of_the_other_roles_are_read_from_the_record(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = json.loads((recorded / "result.json").read_text())
    assert run(["replay", str(recorded), "--calls", "optimizer"]) == 0
    text = capsys.readouterr().out
    assert text.count(": optimizer, optimize\n") == result["optimizer_calls"] == 6
    assert "<instruction>" in text
    assert run(["replay", str(recorded), "--calls", "merger", "--call", "1"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("call 1 of ")
    assert text.count("\nanswer:\n") == 1
    assert run(["replay", str(recorded), "--calls", "optimizer", "--call", "7"]) == 2
    assert "the run has 6 calls of the optimizer" in capsys.readouterr().err
    assert run(["replay", str(recorded), "--call", "7"]) == 2
    assert "--calls" in capsys.readouterr().err


def test_a_replay_names_what_differs(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(copy / "result.json", lambda result: result["score"]["test"].update(mean=0.99))
    assert run(["replay", str(copy)]) == 1
    assert "result.json: score.test.mean: recorded 0.99, replayed" in capsys.readouterr().out


def test_a_sound_record_verifies_wherever_it_lies(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(copy / "result.json", lambda result: result["seconds"].update(wall=1e6))  # another machine's clock
    assert run(["verify", str(copy), "--recompute"]) == 0
    out = capsys.readouterr().out
    assert "WRONG" not in out
    assert "0 differ on this machine" in out


def tamper_score(folder: Path) -> None:
    edit(folder / "result.json", lambda result: result["score"]["vanilla"].update(mean=0.123))


def tamper_row_score(folder: Path) -> None:
    edit_row(folder / "test.jsonl", 2, lambda row: row.update(score=1.0 - row["score"]))


def tamper_answer(folder: Path) -> None:
    edit_row(folder / "train.jsonl", 0, lambda row: row["steps"][0].update(action="win the game"))


def tamper_module(folder: Path) -> None:
    (folder / "module.txt").write_text("Always win.\n")


def tamper_lineage(folder: Path) -> None:
    edit(folder / "lineage.json", lambda lineage: lineage["events"][0].update(kind="merge"))


def tamper_split(folder: Path) -> None:
    edit(folder / "run.json", lambda record: record["splits"]["test"].pop(0))


def tamper_split_name(folder: Path) -> None:
    edit(folder / "run.json", lambda record: record["splits"]["train"].__setitem__(0, "an-easy-task"))


def tamper_config(folder: Path) -> None:
    edit(folder / "run.json", lambda record: record["config"].update(seed=5))


def tamper_identity(folder: Path) -> None:
    edit(folder / "run.json", lambda record: record["identity"].update(seed=5))


def tamper_backbone(folder: Path) -> None:
    edit(folder / "run.json", lambda record: record["config"]["backbone"]["agent"].update(id="sim/large"))


def tamper_checksum(folder: Path) -> None:
    edit(folder / "run.json", lambda record: record["identity"]["environment"].update(data_checksum="0" * 64))


def tamper_simulated(folder: Path) -> None:
    edit(folder / "run.json", lambda record: record.update(simulated=False))


def tamper_journal(folder: Path) -> None:
    edit_journal(folder / "journal.jsonl", lambda record: record["result"].update(text="Action: win"), forge=False)


def tamper_journal_and_checksum(folder: Path) -> None:
    edit_journal(folder / "journal.jsonl", lambda record: record["result"].update(text="Action: win"), forge=True)


def tamper_usage(folder: Path) -> None:
    edit_journal(
        folder / "journal.jsonl", lambda record: record["result"]["usage"].update(completion=99_999), forge=True
    )


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (tamper_score, "result.json: score.vanilla.mean: recorded 0.123, replayed"),
        (tamper_row_score, "test.jsonl line 3"),
        (tamper_answer, 'steps[0].action: recorded "win the game", replayed'),
        (tamper_module, 'module.txt: recorded "Always win.'),
        (tamper_lineage, 'lineage.json: events[0].kind: recorded "merge", replayed "initial"'),
        (tamper_split, "is missing from the record"),
        (tamper_split_name, "train: an-easy-task is no task of this split"),
        (tamper_config, "seed: recorded 0, here 5"),
        (tamper_identity, "seed: recorded 5, here 0"),
        (tamper_backbone, 'models.agent.model.id: recorded "sim/small", here "sim/large"'),
        (tamper_checksum, 'environment.data_checksum: recorded "00000'),
        (tamper_simulated, "simulated: recorded false"),
        (tamper_journal, "does not match its checksum"),
        (tamper_journal_and_checksum, "holds no record"),
        (tamper_usage, "usage.explore.agent.completion"),
    ],
)
def test_tampering_is_found_and_named(copy: Path, tmp_path: Path, tamper: Callable[[Path], None], named: str) -> None:
    tamper(copy)
    assert named in wrong(copy, tmp_path / "work")


def as_version_2(folder: Path) -> None:
    """Write a record as version 2 did: with defaults and with whole digests of modules, the journal as version 1."""
    for name in ("run.json", "result.json", "lineage.json"):
        edit(folder / name, lambda content: content.update(schema_version=2))
    digests = {event.modules[:16]: event.modules for event in RunFolder(folder).read_lineage().events if event.modules}
    for path in (folder / "train.jsonl", folder / "test.jsonl"):
        rows = [row.model_copy(update={"modules": digests[row.modules]}) for row in RunFolder(folder).rows(path)]
        path.write_text("".join(row.model_dump_json() + "\n" for row in rows))
    journal = Journal.open(folder / "journal.jsonl", read_only=True)
    lines = [b'{"journal":1}', *map(encode, journal.records())]
    (folder / "journal.jsonl").write_bytes(b"".join(map(line_of, lines)))


def test_a_record_of_version_2_verifies_and_what_is_wrong_with_it_is_named(copy: Path, tmp_path: Path) -> None:
    as_version_2(copy)
    assert wrong(copy, tmp_path / "work") == ""
    tamper_answer(copy)
    tamper_row_score(copy)
    found = wrong(copy, tmp_path / "again")
    assert 'steps[0].action: recorded "win the game", replayed' in found
    assert re.search(r"test\.jsonl line 3 \(.*\): score: recorded", found)
    assert len(found.splitlines()) == 2


def test_clusterings_come_from_the_journal_and_drift_is_told_apart(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert b'"kind":"effect"' in (copy / "journal.jsonl").read_bytes(), "FGO clusters six modules"
    # Another machine, whose floating point leads to other clusters.
    monkeypatch.setattr("harness.run.lab.grouping.assign", lambda *_, **__: ([0, 1, 2, 0, 1, 2], ""))
    assert wrong(copy, tmp_path / "work") == ""
    drift = Drift()
    assert wrong(copy, tmp_path / "again", drift) == ""
    assert drift.done > 100
    assert len(drift.found) == 1
    assert "effect cluster: recorded {'labels': [0," in drift.found[0]


def test_a_run_that_has_not_ended_is_said_so(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "result.json").unlink()
    assert run(["replay", str(copy)]) == 1
    assert "has not ended" in capsys.readouterr().err
    assert run(["verify", str(copy)]) == 1


def test_help_states_the_threat_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--help"]) == 0
    assert "Threat model" in capsys.readouterr().out


def test_a_text_that_differs_is_named_by_its_key(tmp_path: Path) -> None:
    recorded, replayed = tmp_path / "a" / "texts.jsonl", tmp_path / "b" / "texts.jsonl"
    for path, key in ((recorded, "0" * 16), (replayed, "1" * 16)):
        path.parent.mkdir()
        path.write_text(json.dumps({"key": key, "text": "x"}) + "\n")
    (line,) = file_differences("texts.jsonl", recorded, replayed=replayed)
    assert line == f'texts.jsonl line 1 ({"1" * 16}): key: recorded "{"0" * 16}", replayed "{"1" * 16}"'
