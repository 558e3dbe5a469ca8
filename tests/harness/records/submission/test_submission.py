"""A run packed into one file, and what is refused of files that strangers hand in."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from harness.cli.main import run
from harness.core.errors import ConfigError, HarnessError
from harness.records.folder import RunFolder
from harness.records.reading.run import Run, read_run
from harness.records.submission.manifest import MANIFEST
from harness.records.submission.packing import pack
from harness.records.submission.unpacking import unpack
from tests.records import write_run


def finished(results: Path, sensitive: bool = False) -> Run:
    folder = write_run(results, sensitive=sensitive)
    folder.journal.write_text("{}\n")
    (folder.path / "notes-of-mine.txt").write_text("private")
    return read_run(folder)


def contents(folder: RunFolder) -> dict[str, bytes]:
    return {
        path.relative_to(folder.path).as_posix(): path.read_bytes()
        for path in folder.path.rglob("*.*")
        if path.is_file()
    }


def test_what_is_packed_comes_out_the_same_and_nothing_else(tmp_path: Path) -> None:
    run = finished(tmp_path / "results")
    size = pack(run, tmp_path / "a.zip")
    pack(run, tmp_path / "b.zip")
    assert size == (tmp_path / "a.zip").stat().st_size
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    there = contents(unpack(tmp_path / "a.zip", tmp_path / "there"))
    here = contents(run.folder)
    assert set(here) - set(there) == {"notes-of-mine.txt", ".lock"} & set(here)
    assert all(here[name] == content for name, content in there.items())


def test_sensitive_unfinished_and_inconsistent_runs_are_not_packed(tmp_path: Path) -> None:
    sensitive = finished(tmp_path / "one", sensitive=True)
    with pytest.raises(ConfigError, match="--sensitive"):
        pack(sensitive, tmp_path / "a.zip")
    assert pack(sensitive, tmp_path / "a.zip", sensitive=True)
    with pytest.raises(ConfigError, match="already exists"):
        pack(sensitive, tmp_path / "a.zip", sensitive=True)
    with pytest.raises(ConfigError, match="incomplete"):
        pack(read_run(write_run(tmp_path / "two", status="incomplete")), tmp_path / "b.zip")
    run = finished(tmp_path / "three")
    run.folder.test.write_text(run.folder.test.read_text().replace('"score":0.0', '"score":1.0'))
    with pytest.raises(ConfigError, match="tampered"):
        pack(run, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def repacked(packed: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(packed) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed


def listed(members: dict[str, bytes], **changes: object) -> None:
    members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **changes}).encode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda members: members.update({"../../evil.json": b"{}"}), "no record has"),
        (lambda members: members.update({"/etc/evil": b"{}"}), "no record has"),
        (lambda members: members.update({"modules/../../evil.json": b"{}"}), "no record has"),
        (lambda members: members.update({"modules/000000000000.json": b"{}"}), "exactly the files"),
        (lambda members: members.update({"test.jsonl": b"{}\n"}), "not the file that"),
        (lambda members: members.pop("journal.jsonl"), "exactly the files"),
        (lambda members: members.pop(MANIFEST), "no list of files"),
        (lambda members: listed(members, run_id="../../evil"), "no run id"),
        (lambda members: listed(members, format=9), "format 9"),
        (lambda members: members.update({MANIFEST: b"[]"}), "no list of files"),
    ],
)
def test_a_file_that_is_not_a_record_is_refused(
    tmp_path: Path, change: Callable[[dict[str, bytes]], None], told: str
) -> None:
    pack(finished(tmp_path / "results"), tmp_path / "a.zip")
    with pytest.raises(ConfigError, match=told):
        unpack(repacked(tmp_path / "a.zip", change), tmp_path / "there")
    assert not list(tmp_path.rglob("*evil*"))


def test_damage_is_told(tmp_path: Path) -> None:
    pack(finished(tmp_path / "results"), tmp_path / "a.zip")
    whole = (tmp_path / "a.zip").read_bytes()
    for cut in (b"", whole[:100], whole[: len(whole) // 2], whole[:200] + b"x" * 40 + whole[240:]):
        (tmp_path / "b.zip").write_bytes(cut)
        with pytest.raises(ConfigError):
            unpack(tmp_path / "b.zip", tmp_path / "there")


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_make_bombs_are_refused(kind: int, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", kind) as packed:
        packed.writestr(MANIFEST, "{}")
    with pytest.raises(ConfigError, match="use deflate"):
        unpack(tmp_path / "a.zip", tmp_path / "there")


@pytest.mark.parametrize("name", [MANIFEST, "journal.jsonl", "run.json"])
def test_a_member_that_unpacks_to_far_more_than_it_is_is_refused_unread(name: str, tmp_path: Path) -> None:
    pack(finished(tmp_path / "results"), tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] += b" " * 4 * 2**20
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for member, content in members.items():
            packed.writestr(member, content)
    with pytest.raises(ConfigError, match=rf"{name}' unpacks"):
        unpack(tmp_path / "bomb.zip", tmp_path / "there")
    assert not list((tmp_path).glob("there/*/*"))


def test_damage_within_a_member_is_one_line(tmp_path: Path) -> None:
    pack(finished(tmp_path / "results"), tmp_path / "a.zip")
    whole = bytearray((tmp_path / "a.zip").read_bytes())
    for place in range(40, len(whole), 97):
        torn = bytearray(whole)
        torn[place] ^= 0xFF
        (tmp_path / "b.zip").write_bytes(torn)
        with suppress(ConfigError):  # no other error, whatever byte is torn
            unpack(tmp_path / "b.zip", tmp_path / "there")


def test_links_are_not_packed(tmp_path: Path) -> None:
    run = finished(tmp_path / "results")
    (tmp_path / "private").write_text("secret")
    (run.folder.path / "module.txt").unlink()
    (run.folder.path / "module.txt").symlink_to(tmp_path / "private")
    with pytest.raises(HarnessError, match="a link"):
        pack(run, tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir() if "zip" in path.name] == []


def test_a_submitted_run_is_verified_as_a_folder_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results, out = tmp_path / "results", tmp_path / "run.zip"
    settings = ["method=all_at_once", "method.steps=1", "env.train_size=2", "env.test_size=2", f"results_dir={results}"]
    assert run([*settings, "baseline=false"]) == 0
    (folder,) = results.glob("runs/*/*/*/*")
    assert run(["submit", folder.name, "--out", str(out), "--results", str(results)]) == 0
    assert run(["verify", str(out)]) == 0
    assert "is consistent" in capsys.readouterr().out
    forged = RunFolder(folder)
    forged.test.write_text(forged.test.read_text().replace("You", "They", 1))
    assert run(["submit", folder.name, "--out", str(tmp_path / "forged.zip"), "--results", str(results)]) == 0
    assert run(["verify", str(tmp_path / "forged.zip")]) == 1
