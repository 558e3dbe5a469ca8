"""What the site's folder holds, and what building it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import run
from harness.core.errors import ConfigError
from harness.reports.site.build import build
from harness.reports.site.chunks import CHUNK_ROLLOUTS
from harness.reports.site.folder import MARK
from harness.reports.site.lineages import difference
from harness.reports.site.scripts import data_script, slug
from tests.harness.reports.site.planting import HOSTILE, plant, with_merge
from tests.records import write_rows, write_run


def read(site: Path, key: str) -> dict:
    text = (site / "data" / f"{key}.js").read_text()
    prefix = f'siteData("{key}",'
    assert text.startswith(prefix)
    assert text.endswith(");\n")
    return json.loads(text[len(prefix) : -3])


def test_a_run_has_its_data_in_files_of_its_own(tmp_path: Path) -> None:
    folder = with_merge(tmp_path / "results")
    built = build(tmp_path / "results", tmp_path / "site")
    name = folder.path.name
    files = {path.name for path in (tmp_path / "site" / "data" / "runs" / name).iterdir()}
    (flips,) = [file for file in files if file.startswith("flips-")]
    assert files == {"run.js", "index.js", "lineage.js", "rows-0.js", "twins-0.js", "chunk-0.js", flips}
    assert (built.runs, built.rollouts) == (1, 4 + 4 + 7)
    assert built.size == sum(path.stat().st_size for path in (tmp_path / "site").rglob("*") if path.is_file())
    assert {page.name for page in (tmp_path / "site").glob("*.html")} == {
        "index.html",
        "pair.html",
        "run.html",
        "matrix.html",
        "compare.html",
    }


def test_the_merge_says_which_tasks_were_won_and_lost(tmp_path: Path) -> None:
    folder = with_merge(tmp_path / "results")
    build(tmp_path / "results", tmp_path / "site")
    lineage = read(tmp_path / "site", f"runs/{folder.path.name}/lineage")
    (merge,) = [event for event in lineage["events"] if event["kind"] == "merge"]
    assert (merge["compared"], merge["won"], merge["lost"]) == (3, 1, 1)
    flips = read(tmp_path / "site", f"runs/{folder.path.name}/flips-{merge['number']}")["flips"]
    assert [(row[1].strip(), row[5], row[6]) for row in flips] == [("t0", 0.0, 1.0), ("t1", 1.0, 0.0)]
    page = read(tmp_path / "site", f"runs/{folder.path.name}/rows-0")
    before = page["rows"][flips[0][3]]
    assert [page["names"][before[column]].strip() for column in (2, 5)] == ["backtest", "t0"]
    changes = {change["parent"]: change["parts"] for change in merge["changes"]}
    assert list(changes) == merge["parents"]
    assert ["+", "look first"] in changes[merge["parents"][1]][0][1]


def test_chunks_are_closed_at_their_size_and_found_by_their_first_rollout(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "results")
    (row,) = list(folder.rows(folder.train))[:1]
    write_rows(folder.train, [row.model_copy(update={"task": f"t{n}"}) for n in range(2 * CHUNK_ROLLOUTS)])
    build(tmp_path / "results", tmp_path / "site")
    index = read(tmp_path / "site", f"runs/{folder.path.name}/index")
    assert index["starts"] == [0, CHUNK_ROLLOUTS, 2 * CHUNK_ROLLOUTS]
    last = read(tmp_path / "site", f"runs/{folder.path.name}/chunk-2")
    assert len(last["rollouts"]) == index["rollouts"] - 2 * CHUNK_ROLLOUTS


def test_rows_and_twins_are_in_pages_and_each_twin_is_of_the_same_task_and_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.reports.site.rollouts.PAGE", 4)
    folder = with_merge(tmp_path / "results")
    build(tmp_path / "results", tmp_path / "site")
    place = f"runs/{folder.path.name}"
    index = read(tmp_path / "site", f"{place}/index")
    assert (index["rollouts"], index["tests"], len(index["pages"])) == (15, 8, 4)
    tasks, twins = [], []
    for number in range(4):
        page = read(tmp_path / "site", f"{place}/rows-{number}")
        tasks += [(row[0], page["names"][row[5]]) for row in page["rows"]]
        twins += read(tmp_path / "site", f"{place}/twins-{number}")["twins"]
    assert twins == [[other for other, found in enumerate(tasks) if found == task] for task in tasks]


def test_simulated_and_real_are_different_boards_and_the_paper_is_marked(tmp_path: Path) -> None:
    write_run(tmp_path / "results", env="alfworld", backbone="x")
    real = {"agent": {"model": {"id": "openai/gpt-4o"}}}
    write_run(tmp_path / "results", env="alfworld", backbone="x", simulated=False, models=real)
    write_run(tmp_path / "results", env="alfworld", backbone="x", status="incomplete", seed=7)
    build(tmp_path / "results", tmp_path / "site")
    data = read(tmp_path / "site", "index")
    assert [(board["simulated"], len(board["rows"])) for board in data["boards"]] == [(False, 1), (True, 1)]
    assert all("Table 1" in row["source"] for row in data["boards"][0]["published"])
    assert [run_apart["reason"] for run_apart in data["apart"]] == ["incomplete: the provider went away"]
    assert len(data["runs"]) == 3


def test_damaged_runs_stand_apart_and_do_not_stop_the_site(tmp_path: Path) -> None:
    folder = with_merge(tmp_path / "results")
    folder.train.write_text(folder.train.read_text() + '{"torn": ')
    (folder.path / "modules" / next((folder.path / "modules").iterdir()).name).write_text("{")
    broken = write_run(tmp_path / "results", seed=5)
    (broken.path / "lineage.json").write_text("[]")
    build(tmp_path / "results", tmp_path / "site")
    assert read(tmp_path / "site", f"runs/{folder.path.name}/index")["unreadable"] == 1
    assert read(tmp_path / "site", f"runs/{broken.path.name}/lineage")["events"] == []


def test_it_replaces_its_own_site_and_nothing_else(tmp_path: Path) -> None:
    write_run(tmp_path / "results")
    site = tmp_path / "site"
    build(tmp_path / "results", site)
    (site / "data" / "stale.js").write_text("")
    build(tmp_path / "results", site)
    assert not (site / "data" / "stale.js").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"results", "site"}
    (site / MARK).unlink()
    with pytest.raises(ConfigError, match="was not created by"):
        build(tmp_path / "results", site)
    assert (site / "index.html").exists()


def test_a_build_that_fails_leaves_the_earlier_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(tmp_path / "results")
    build(tmp_path / "results", tmp_path / "site")
    monkeypatch.setattr("harness.reports.site.build.write_rollouts", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build(tmp_path / "results", tmp_path / "site")
    assert (tmp_path / "site" / "index.html").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"results", "site"}


def test_no_runs_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no runs"):
        build(tmp_path, tmp_path / "site")


def test_data_cannot_leave_its_string(tmp_path: Path) -> None:
    for byte in data_script("key", {"text": HOSTILE}), data_script(HOSTILE, {}):
        assert not any(bare in byte.decode() for bare in ("<", ">", "&", "\u2028", "\u2029"))
    text = data_script("key", {"text": HOSTILE}).decode()
    assert json.loads(text[len('siteData("key",') : -3]) == {"text": HOSTILE}
    assert slug("0a1b2c") == "0a1b2c"
    assert "/" not in slug("../../x")


def test_differences_are_marked_lines() -> None:
    assert difference("a\nb\nc", "a\nB\nc") == [
        ["@", "@@ -1,3 +1,3 @@"],
        [" ", "a"],
        ["-", "b"],
        ["+", "B"],
        [" ", "c"],
    ]
    assert difference("a", "a") == []


def test_texts_of_a_sensitive_environment_are_nowhere_in_the_site(tmp_path: Path) -> None:
    planted = "Ms Planted owes 4,711"
    folder = with_merge(tmp_path / "results", planted, sensitive=True, tasks=[f"{planted} {n}" for n in range(4)])
    apart = with_merge(tmp_path / "results", planted, sensitive=True, seed=3)
    for name in ("lineage.json", "test.jsonl", "train.jsonl"):
        assert planted in (folder.path / name).read_text()
    record = apart.read_run()
    assert record is not None
    told = [session.model_copy(update={"message": planted, "status": "failed"}) for session in record.sessions]
    apart.write_run(record.model_copy(update={"status": "failed", "sessions": told}))
    build(tmp_path / "results", tmp_path / "site")
    found = [path for path in (tmp_path / "site").rglob("*") if path.is_file() and "Planted" in path.read_text()]
    assert found == []
    chunk = (tmp_path / "site" / "data" / "runs" / folder.path.name / "chunk-0.js").read_text()
    assert "sha256:" in chunk


def test_planted_markup_stands_bare_in_no_file(tmp_path: Path) -> None:
    with_merge(tmp_path / "results", HOSTILE, tasks=[f"{HOSTILE} {n}" for n in range(4)])
    plant(with_merge(tmp_path / "results", HOSTILE, seed=2), HOSTILE)
    build(tmp_path / "results", tmp_path / "site")
    for path in (tmp_path / "site").rglob("*"):
        if path.is_file():
            text = path.read_text()
            assert "window.PWNED=1</script>" not in text, path
            if path.is_relative_to(tmp_path / "site" / "data"):
                assert not set("<>&\u2028\u2029") & set(text), path


def test_measurements_of_other_purposes_are_not_compared(tmp_path: Path) -> None:
    folder = with_merge(tmp_path / "results")
    rows = [
        row.model_copy(update={"purpose": "explore"}) if row.modules[:1] else row for row in folder.rows(folder.train)
    ]
    lineage = folder.read_lineage()
    assert lineage is not None
    rows = [
        row if lineage.final.startswith(row.modules) else row.model_copy(update={"purpose": "backtest"}) for row in rows
    ]
    write_rows(folder.train, rows)
    build(tmp_path / "results", tmp_path / "site")
    shown = read(tmp_path / "site", f"runs/{folder.path.name}/lineage")
    assert [event["compared"] for event in shown["events"] if event["kind"] == "merge"] == [0]


def test_the_command_prints_size_and_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_merge(tmp_path / "results")
    assert run(["site", str(tmp_path / "site"), "--results", str(tmp_path / "results")]) == 0
    said = capsys.readouterr().out
    assert "1 runs, 15 rollouts: " in said
    assert "index.html" in said
    assert run(["site", str(tmp_path / "results"), "--results", str(tmp_path / "results")]) == 2
    assert "was not created by" in capsys.readouterr().err
