"""The paper's numbers are consistent with themselves, and marked wherever they stand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from harness.reports.leaderboard.boards import leaderboards
from harness.reports.leaderboard.files import as_csv, as_json, as_latex, as_markdown, tex
from harness.reports.leaderboard.published import PUBLISHED, published
from tests.commands import Commands
from tests.records import write_run

UNSEEN = {"Pick": 24, "Clean": 31, "Heat": 23, "Cool": 21, "Look": 18, "Pick Two": 17}


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    "row", [r for r in published(1, "alfworld") if r.method not in ("vanilla",)], ids=lambda r: r.method
)
def test_averages_of_table_1_are_over_tasks(row: object) -> None:
    by_category = row.by_category  # type: ignore[attr-defined]
    average = sum(by_category[name] * n for name, n in UNSEEN.items()) / sum(UNSEEN.values())
    assert average == pytest.approx(row.mean, abs=2.5)  # type: ignore[attr-defined]


def test_every_table_is_there_and_the_tables_agree() -> None:
    assert {row.table for row in PUBLISHED} == {1, 2, 3, 4}
    assert [len(published(n)) for n in (1, 2, 3, 4)] == [15, 5, 2, 4]
    fgo = {row.mean for row in PUBLISHED if row.variant in ("cluster=kmeans", "partition=category")}
    assert fgo == {next(row.mean for row in published(1, "alfworld") if row.method == "fgo")}


def test_published_rows_are_marked_in_every_format(tmp_path: Path) -> None:
    write_run(tmp_path, env="alfworld")
    found = leaderboards(tmp_path)
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert {row["published"] for row in rows if row["source"]} == {"True"}
    (measured,) = (row for row in rows if row["published"] == "False")
    assert (measured["mean"], measured["rank"]) == ("0.5", "1")
    content = json.loads(as_json(found))
    assert all(row["published"] and "rank" not in row for row in content["boards"][0]["published"])
    for text in (as_markdown(found), as_latex(found)):
        assert "Published, not measured here" in text
        assert "SIMULATED MODEL" in text


def test_latex_takes_nothing_for_a_command() -> None:
    assert tex(r"50 % of a_b & \c") == r"50 \% of a\_b \& \textbackslash{}c"


def test_the_command_prints_each_format_and_says_what_is_wrong(tmp_path: Path, command: Commands) -> None:
    write_run(tmp_path / "results", env="alfworld")
    shown = command("leaderboard")
    assert shown.code == 0, shown.err
    assert "published, not measured here" in shown.out
    assert json.loads(command("leaderboard", "--json").out)["boards"]
    wrong = command("leaderboard", "--by", "luck")
    assert (wrong.code, wrong.err) == (2, "error: --by luck: choose one of optimizer_calls, tokens, usd, seconds\n")
    assert command("leaderboard", "nowhere").code == 2
