"""The commands that read records: runs, show, eval, doctor."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.cli.main import run
from harness.core.domain import Modules
from harness.records.folder import pretty
from harness.run.lab.lineage import LineageBook
from tests.conftest import SMALL, only_run
from tests.harness.reports.site.planting import with_merge
from tests.records import write_run


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    assert run([*SMALL, f"results_dir={folder}"]) == 0
    return folder


Out = pytest.CaptureFixture[str]


def said(out: Out, results: Path, *words: str) -> str:
    assert run([*words, "--results", str(results)]) == 0
    return out.readouterr().out


def test_runs_lists_the_run_with_its_scores(results: Path, capsys: Out) -> None:
    text = said(capsys, results, "runs")
    for part in (only_run(results).name, "alfworld", "fgo", "finished", "simulated"):
        assert part in text
    assert run(["runs", str(results)]) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize("command", ["leaderboard", "paper"])
def test_the_results_folder_is_an_option_as_elsewhere_or_an_argument(command: str, tmp_path: Path, capsys: Out) -> None:
    nowhere = str(tmp_path / "nowhere")
    for words in ([command, nowhere], [command, "--results", nowhere]):
        assert run(words) == 2
        assert f"there is no results folder {nowhere}" in capsys.readouterr().err


def test_runs_of_another_status(results: Path, capsys: Out) -> None:
    assert "no runs in" in said(capsys, results, "runs", "--status", "failed")


def test_show_prints_scores_and_the_learned_module(results: Path, capsys: Out) -> None:
    text = said(capsys, results, "show", only_run(results).name[:6])
    for part in ("vanilla (test)", "Pick Two", "learned module", "Simulated model"):
        assert part in text


def test_show_says_what_guidelines_rest_on_where_the_lineage_does(tmp_path: Path, capsys: Out) -> None:
    folder = with_merge(tmp_path)
    assert "rest on" not in said(capsys, tmp_path, "show", folder.path.name)
    book = LineageBook()
    final = Modules.of_instruction("look first\nlook twice\n")
    facts = {"text": "look [twice]", "rests_on": "2 tasks", "tasks": ["a", "b"]}
    book.add((0,), "", kind="evidence", facts={"modules": final.digest, "guidelines": {"instruction": [facts]}})
    (folder.path / "lineage.json").write_text(pretty(book.lineage(final)))
    assert re.search(r"2 tasks . look \[twice\]", said(capsys, tmp_path, "show", folder.path.name))
    for odd in ({}, {"modules": final.digest, "guidelines": {"instruction": "none"}}, {"modules": "other"}):
        book.add((1,), "", kind="evidence", facts=odd)
        (folder.path / "lineage.json").write_text(pretty(book.lineage(final)))
        assert run(["show", folder.path.name, "--results", str(tmp_path)]) == 0


def test_show_lineage_has_every_step_and_merge(results: Path, capsys: Out) -> None:
    text = said(capsys, results, "show", only_run(results).name, "--lineage")
    result = json.loads((only_run(results) / "result.json").read_text())
    assert text.count(" optimize ") == result["optimizer_calls"] == 6
    assert len(re.findall(r" merge +->", text)) == result["merge_calls"] > 0
    assert "subset-6" in text


def test_show_tasks_and_a_trajectory(results: Path, capsys: Out) -> None:
    name = only_run(results).name
    lines = said(capsys, results, "show", name, "--tasks").splitlines()
    assert len(lines) == 24
    task = next(line for line in lines if "vanilla" in line).split()[3]
    text = said(capsys, results, "show", name, "--trajectory", task, "--agent", "vanilla")
    assert "> go to" in text


def test_show_says_what_is_not_there(results: Path, capsys: Out) -> None:
    assert run(["show", only_run(results).name, "--trajectory", "nothing", "--results", str(results)]) == 2
    assert "--tasks lists them" in capsys.readouterr().err


def test_eval_tests_a_learned_module_elsewhere_without_training(results: Path, capsys: Out, tmp_path: Path) -> None:
    run_id = only_run(results).name
    words = ["eval", run_id, "env.test_split=valid_seen", "env.test_size=12", f"results_dir={results}"]
    assert run(words) == 0
    assert "eval on alfworld" in capsys.readouterr().out
    (folder,) = results.glob("runs/alfworld/eval/sim/*")
    result = json.loads((folder / "result.json").read_text())
    assert result["optimizer_calls"] == 0
    assert set(result["usage"]) == {"test"}
    assert (folder / "module.txt").read_text() == (only_one(results, "fgo") / "module.txt").read_text()


def only_one(results: Path, method: str) -> Path:
    (folder,) = results.glob(f"runs/*/{method}/*/*")
    return folder


@pytest.mark.parametrize("command", ["eval", "check-modules"])
def test_a_module_of_ones_own_environment_is_not_measured_on_another(command: str, tmp_path: Path, capsys: Out) -> None:
    folder = write_run(tmp_path, env="toy")
    assert run([command, folder.path.name, f"results_dir={tmp_path}"]) == 2
    assert "a class that is not shipped: add env=toy" in capsys.readouterr().err


def test_doctor_finds_nothing_needed_missing_and_names_what_mends_the_rest(
    capsys: Out, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("ALFWORLD_DATA", str(tmp_path))
    assert run(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "export OPENAI_API_KEY=..." in text
    assert "harness data alfworld" in text


def test_doctor_fails_where_the_results_folder_cannot_be_written(capsys: Out) -> None:
    assert run(["doctor", "--results", "/proc/nowhere"]) == 1
    assert "results_dir=DIR" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "level"), [("linux", "fine"), ("darwin", "optional"), ("win32", "missing")])
def test_doctor_says_what_works_on_a_platform(name: str, level: str) -> None:
    from harness.cli.commands.doctor import on_platform

    (finding,) = on_platform(name)
    assert finding.level == level
    assert bool(finding.mend) == (level != "fine")


def test_presets_of_ones_own_may_stand_anywhere_on_the_line(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "backbone").mkdir()
    (tmp_path / "backbone" / "tiny.yaml").write_text("model: {id: hosted_vllm/tiny, context_window: 8192}\n")
    folder = ["--config-dir", str(tmp_path)]
    for words in (
        [*folder, "--cfg", "job", "method=fgo", "backbone.optimizer=tiny"],
        ["method=fgo", "backbone.optimizer=tiny", "--cfg", "job", *folder],
        ["method=fgo", *folder, "--cfg=job", "backbone.optimizer=tiny"],
        ["--cfg", "job", "method=fgo", "--resolve", "backbone.optimizer=tiny", *folder],
    ):
        assert run(words) == 0
        assert "optimizer: tiny" in capsys.readouterr().out
