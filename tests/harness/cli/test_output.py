"""What commands print: no text of a record speaks to the terminal, is markup, or ends a command."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from harness.cli.main import run
from harness.cli.output import console, print_anywhere, say
from harness.core.printable import printable
from harness.records.folder import RunFolder
from harness.records.store import run_folders
from tests.conftest import ROOT
from tests.harness.reports.site.planting import plant, with_merge
from tests.records import write_run

ESCAPES = "\x1b]0;PWN\x07\x1b]52;c;UFdO\x07\x1b]8;;http://evil.example/\x07x\x1b]8;;\x07\x1b[31mRED\x9b31m\u202egnp"
MARKUP = "[/INST] [/] [link=http://evil.example]x[/link] [bold red"

COMMANDS = [
    ["runs"],
    ["show", "RUN"],
    ["show", "RUN", "--lineage"],
    ["show", "RUN", "--tasks"],
    ["show", "RUN", "--trajectory", "task"],
    ["leaderboard"],
    ["leaderboard", "--json"],
    ["leaderboard", "--csv"],
    ["leaderboard", "--markdown"],
    ["leaderboard", "--latex"],
    ["compare", "RUN", "OTHER"],
    ["compare", "RUN", "OTHER", "--json"],
    ["paper"],
]


@pytest.fixture(params=[ESCAPES, MARKUP], ids=["escapes", "markup"])
def planted(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[RunFolder]:
    monkeypatch.chdir(tmp_path)
    results = tmp_path / "results"
    first = with_merge(results, request.param, tasks=[f"task {request.param} {n}" for n in range(4)])
    with_merge(results, request.param, tasks=[f"task {request.param} {n}" for n in range(4)], seed=1)
    plant(write_run(results, "planted", text=request.param), request.param)
    return [first, *[folder for folder in run_folders(results) if folder.path != first.path]]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_texts_of_records_are_printed_as_text(
    words: list[str], planted: list[RunFolder], capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"RUN": planted[0].path.name, "OTHER": planted[1].path.name}
    code = run([names.get(word, word) for word in words])
    out, err = capsys.readouterr()
    assert code in (0, 1, 2)
    assert out + err
    for printed in (out, err):
        assert printable(printed, lines=True) == printed
    if words[0] == "show" and MARKUP in (planted[0].path / "module.txt").read_text():
        assert words[1:] != ["RUN"] or MARKUP in out


def test_an_error_with_control_characters_is_one_clean_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", f"x{ESCAPES}\ny"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert printable(err, lines=True) == err


def test_only_the_output_module_prints() -> None:
    printing = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "harness" / "cli").rglob("*.py"))
        if path.name != "output.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("print", "Console")
    ]
    assert printing == []


def test_a_folder_without_permission_to_write_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_run(tmp_path, status="running")
    (folder.path / ".lock").unlink()
    for path in (folder.path, *folder.path.parents[:4]):
        path.chmod(0o555)
    try:
        assert run(["runs", "--results", str(tmp_path)]) == 0
    finally:
        for path in (folder.path, *folder.path.parents[:4]):
            path.chmod(0o755)
    assert "incomplete" in capsys.readouterr().out
    assert not (folder.path / ".lock").exists()


def test_a_run_that_a_process_holds_is_running(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_run(tmp_path, status="running")
    with folder.lock():
        reader = os.fork()
        if reader == 0:
            os._exit(0 if folder.at_work() else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]) == 0
    assert not folder.at_work()


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_letters_that_the_locale_lacks_are_printed_as_escapes(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    data = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(data, encoding=encoding, errors="strict"))
    print_anywhere()
    say("Küche 台所 \U0001f373")
    console().print("Küche 台所 \U0001f373")
    sys.stdout.flush()
    first, second = data.getvalue().decode(encoding).splitlines()
    assert first == second.rstrip()
    assert "\\U0001f373" in first
    assert ("台所" in first) == (encoding == "gbk")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [["--help"], ["runs"], ["leaderboard", "--json"]])
def test_output_that_finds_no_place_is_told_in_one_line(words: list[str], tmp_path: Path) -> None:
    write_run(tmp_path / "results", vanilla=(0, 0, 1, 0))
    command = [sys.executable, "-m", "harness", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == "error: cannot write the output: No space left on device\n"
