"""A public board: submissions made here, by the commands of docs/board.md, sound ones and others."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from harness.records.submission.manifest import MANIFEST
from tests.commands import Commands
from tests.conftest import SMALL


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two submissions of small runs."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        from harness.cli.main import run

        for seed in (0, 1):
            assert run(["method=all_at_once", *SMALL, "method.steps=1", f"seed={seed}"]) == 0
        (folder / "submissions").mkdir()
        for path in sorted((folder / "results" / "runs").glob("*/*/*/*")):
            assert run(["submit", path.name, "--out", f"submissions/{path.name}.zip"]) == 0
    return folder / "submissions"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "submissions"))


@pytest.fixture
def harness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def rewritten(path: Path, name: str, old: str, new: str) -> None:
    """Change a member of a submission, and its digest in the list."""
    import hashlib

    with zipfile.ZipFile(path) as packed:
        members = {each: packed.read(each) for each in packed.namelist()}
    changed = members[name].decode().replace(old, new)
    assert changed != members[name].decode()
    members[name] = changed.encode()
    manifest = json.loads(members[MANIFEST])
    manifest["files"][name] = hashlib.sha256(members[name]).hexdigest()
    members[MANIFEST] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for each, content in members.items():
            packed.writestr(each, content)


def test_without_a_sound_submission_no_site_is_written(harness: Commands, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "0123456789ab.zip").write_bytes(b"no archive")
    done = harness("board", "bad", "--out", "public")
    assert done.code == 1
    assert "no submission is sound: public is not written" in done.out
    assert not (tmp_path / "public").exists()


def test_sound_submissions_become_a_site(harness: Commands, folder: Path, tmp_path: Path) -> None:
    done = harness("board", "submissions", "--out", "public", "--recompute")
    assert done.code == 0, done.out + done.err
    assert "2 sound, 0 refused" in done.out
    assert "all_at_once on alfworld, sim, seed 1" in done.out
    assert (tmp_path / "public" / "index.html").is_file()


def test_a_changed_score_is_found_and_the_others_still_make_the_site(
    harness: Commands, folder: Path, tmp_path: Path
) -> None:
    first = sorted(folder.glob("*.zip"))[0]
    rewritten(first, "test.jsonl", '"category":"', '"category":"x')
    done = harness("board", "submissions", "--out", "public")
    assert done.code == 1
    assert f"WRONG  {first.name}: " in done.out
    assert "1 sound, 1 refused" in done.out
    assert "1 runs" in done.out


def test_a_changed_answer_is_found_by_the_replay(harness: Commands, folder: Path) -> None:
    first = sorted(folder.glob("*.zip"))[0]
    rewritten(first, "lineage.json", '"initial"', '"invented"')
    done = harness("board", "submissions")
    assert done.code == 1
    assert "1 refused" in done.out


def test_a_copy_under_another_name_is_refused(harness: Commands, folder: Path) -> None:
    first = sorted(folder.glob("*.zip"))[0]
    shutil.copy(first, folder / "zzzz.zip")
    done = harness("board", "submissions")
    assert done.code == 1
    assert "its name is not that of its run" in done.out
    assert f"it holds the same answers as {first.name}" in done.out


def test_a_copy_whose_name_comes_first_does_not_displace_the_original(harness: Commands, folder: Path) -> None:
    first = sorted(folder.glob("*.zip"))[0]
    shutil.copy(first, folder / "000000000000.zip")
    done = harness("board", "submissions")
    assert done.code == 1
    assert "WRONG  000000000000.zip" in done.out
    assert f"ok     {first.name}" in done.out


@pytest.mark.parametrize("name", ["run.tar", "empty.zip", "link.zip", "\x1b[31m.zip"])
def test_a_file_that_is_no_submission_is_one_printable_line(
    name: str, harness: Commands, folder: Path, tmp_path: Path
) -> None:
    if name == "link.zip":
        (folder / name).symlink_to(sorted(folder.glob("*.zip"))[0])
    else:
        (folder / name).write_bytes(b"nothing")
    (folder / "README.md").write_text("What this board is about.")
    done = harness("board", "submissions", "--new-only", "--accepted", str(folder))
    assert done.code == 1
    assert done.out.count("WRONG") == 1
    assert "\x1b" not in done.out
    assert "README" not in done.out


def test_what_was_accepted_stays_as_it_was(harness: Commands, made: Path, folder: Path) -> None:
    first, second = sorted(folder.glob("*.zip"))
    first.unlink()
    rewritten(second, "run.json", '"seed"', ' "seed"')
    done = harness("board", "submissions", "--accepted", str(made))
    assert done.code == 1
    assert f"{first.name}: it was accepted and is missing" in done.out
    assert f"{second.name}: it was accepted with other content" in done.out


def test_only_new_submissions_are_replayed(
    harness: Commands, made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harness.reports import submissions

    replayed: list[str] = []
    verify = submissions.verify
    monkeypatch.setattr(
        submissions, "verify", lambda run, *a, **k: (replayed.append(run.path.name), verify(run, *a, **k))[1]
    )
    before = folder.parent / "before"
    before.mkdir()
    first, second = sorted(folder.glob("*.zip"))
    shutil.copy(first, before)
    assert harness("board", "submissions", "--accepted", "before", "--new-only").code == 0
    assert replayed == [second.stem]


def test_a_missing_folder_is_one_line(harness: Commands) -> None:
    done = harness("board", "nowhere")
    assert done.code == 2
    assert "there is no folder nowhere" in done.err
