"""The paper's layout from whatever runs are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.records.reading.run import Run as Record
from harness.records.reading.run import read_run
from harness.records.reading.runs import read_runs
from harness.reports.paper.cells import grouped
from harness.reports.paper.figures import figures
from harness.reports.paper.tables import MISSING, tables
from tests.commands import Commands
from tests.records import write_run


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def fgo(cluster: str, partition: str = "by_category") -> dict[str, object]:
    return {
        "cluster": {"_target_": f"harness.run.clustering.{cluster}"} if cluster != "none" else None,
        "partition": {"_target_": f"methods.partition.{partition}"},
    }


@pytest.fixture
def results(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    for seed in range(3):
        write_run(folder, "vanilla", seed, (0, 0, 0, 1), env="alfworld")
        write_run(folder, "fgo", seed, (1, 1, 1, seed > 0), env="alfworld", settings=fgo("kmeans"))
        write_run(folder, "fgo", seed, (1, 1, 0, 0), env="alfworld", settings=fgo("none"))
        write_run(folder, "fgo", seed, (0, 1, 0, 0), env="alfworld", settings=fgo("kmeans", "at_random"))
        write_run(folder, "fgo", seed, (1, 1, 1, 1), env="alfworld", backbone="sim+optimizer,merger=o3-mini")
        for subsets in (3, 6):
            write_run(folder, "fgo", seed, (1, 0), env="logisticsqa", settings={"subsets": subsets})
    return folder


@pytest.fixture
def runs(results: Path) -> list[Record]:
    return read_runs(results)[0]


def test_table_1_has_the_papers_columns_and_says_what_is_missing(runs: list[Record]) -> None:
    table = tables(runs, "backbone=x")[0]
    assert table.columns == (
        *("Method", "Pick", "Clean", "Heat", "Cool", "Look", "Pick Two"),
        *("Average", "LogisticsQA", "GAIA"),
    )
    vanilla = dict(zip(table.columns, table.measured[0], strict=True))
    assert (vanilla["Average"], vanilla["Cool"], vanilla["Heat"], vanilla["GAIA"]) == ("25.0", "50.0", MISSING, MISSING)
    assert "python -m harness -m +experiment=table1 backbone=x   # Vanilla on gaia" in table.missing
    assert dict(zip(table.columns, table.published[-1], strict=True))["LogisticsQA"] == "64.8"


def test_a_method_stands_in_table_1_as_it_is_shipped_whatever_else_was_run(results: Path) -> None:
    more = [read_run(write_run(results, "fgo", seed, env="alfworld", settings=fgo("spectral"))) for seed in range(9)]
    table = tables([*more, *read_runs(results)[0]])[0]
    assert dict(zip(table.columns, table.measured[-1], strict=True))["Average"] == "91.7"


def test_methods_stand_on_one_number_of_training_tasks(results: Path) -> None:
    write_run(results, "all_at_once", env="alfworld", wins=(1, 1, 0, 0))
    for seed in range(3):
        write_run(results, "all_at_once", seed, env="alfworld", wins=(1, 1, 1, 1), train=(0, 1, 1))
    table = tables(read_runs(results)[0])[0]
    rows = {row[0]: dict(zip(table.columns, row, strict=True))["Average"] for row in table.measured}
    assert (rows["All-at-once"], rows["FGO"]) == ("50.0", "91.7")


def test_tables_2_and_3_tell_ways_of_merging_and_partition_apart(runs: list[Record]) -> None:
    _, merging, partition, _ = tables(runs)
    assert {row[0]: row[1:] for row in merging.measured} == {
        "Vanilla": ("25.0", "25.0", "3"),
        "No progressive merging": ("50.0", "50.0", "3"),
        "Spectral": (MISSING, MISSING, "0"),
        "Bisecting k-means": (MISSING, MISSING, "0"),
        "K-means": ("91.7", "100.0", "3"),
    }
    assert [row[1] for row in partition.measured] == ["25.0", "91.7"]


def test_table_4_takes_runs_of_another_optimizer_only(runs: list[Record]) -> None:
    table = tables(runs)[3]
    assert table.measured[-1] == ("FGO", "0.00", "100", "100.0", "100.0", "3")
    assert table.measured[0] == ("All-at-once", *[MISSING] * 5)


def test_without_runs_everything_is_missing_and_nothing_breaks() -> None:
    for table in tables([]):
        assert table.missing
        assert all(MISSING in row for row in table.measured)
    assert all(figure.data.empty and figure.missing for figure in figures([]))


def test_figures_hold_what_was_measured(runs: list[Record]) -> None:
    third, fourth, fifth, sixth, seventh = figures(runs)
    assert set(third.data.split) == {"test", "train"}
    assert fourth.data.query("env == 'alfworld'").tokens.tolist() == [1100.0]
    assert fifth.data.query("measure == 'success, %'").subsets.tolist() == [3.0, 6.0]
    assert not fifth.missing
    assert sixth.data.seconds.tolist() == [100.0, 100.0]
    assert set(seventh.data.tokens) == {18.0}


def test_a_command_stands_once_with_all_that_it_fills() -> None:
    assert grouped(["a   # x", "b", "a   # y", "a   # x"]) == ["a   # x, y", "b"]


def test_the_command_writes_everything_and_html_needs_no_network(
    results: Path, command: Commands, tmp_path: Path
) -> None:
    done = command("paper", "--out", "out")
    assert done.code == 0, done.err
    out = tmp_path / "out"
    index = (out / "README.md").read_text()
    assert "SIMULATED MODEL" in index
    assert "+experiment=table1" in index
    assert "harness data logisticsqa --plots" in index
    for number in (3, 4, 5, 6, 7):
        assert (out / f"figure{number}.svg").read_text().startswith("<svg")
        assert (out / f"figure{number}.png").read_bytes().startswith(b"\x89PNG")
        page = (out / f"figure{number}.html").read_text()
        assert 'src="http' not in page
        assert "vegaEmbed" in page
    assert "K-means,91.7" in (out / "table2.csv").read_text()


def test_the_command_shows_tables_without_any_run(command: Commands) -> None:
    done = command("paper")
    assert done.code == 0, done.err
    assert "+experiment=table4" in done.out


def test_legends_and_axes_show_what_is_there(runs: list[Record]) -> None:
    pytest.importorskip("altair")
    from harness.reports.paper.charts import draw

    _, fourth, fifth, *_ = figures(runs)
    points, lines = draw(fourth).to_dict(), draw(fifth).to_dict()
    encoding = points["spec"]["layer"][0]["encoding"]
    assert encoding["color"]["scale"]["domain"] == ["FGO"]
    assert encoding["color"]["legend"] is None
    ticks = lines["spec"]["layer"][0]["encoding"]["x"]["axis"]["values"]
    assert ticks == [3.0, 6.0]


def test_one_point_stands_in_the_middle_of_its_axis(runs: list[Record]) -> None:
    pytest.importorskip("altair")
    from harness.reports.paper.charts import draw

    _, fourth, *_ = figures([run for run in runs if run.env == "alfworld"])
    low, high = draw(fourth).to_dict()["spec"]["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert (low + high) / 2 == fourth.data.tokens[0]
