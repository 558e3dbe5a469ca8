"""Trackers: an offline W&B run and an MLflow folder read back; failures; sensitive texts; curves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from harness.core.domain import Purpose, Role, Tool, Toolbox, Usage
from harness.core.errors import ConfigError
from harness.core.messages import Answer
from harness.run.config.composition import compose
from harness.run.plan import Plan, plan
from harness.run.progress.events import Silence
from harness.run.tracking import tracked as tracked_module
from harness.run.tracking.aside import Aside
from harness.run.tracking.curves import Curves
from harness.run.tracking.report import module_files, report
from harness.run.tracking.tracked import tracked
from harness.run.tracking.tracker import Start, make_tracker
from tests.conftest import Run
from tests.records import write_run
from tests.wandb_file import offline_run

SMALL = ("method=all_at_once", "method.steps=2", "env.train_size=6", "env.test_size=6")


class Notebook:
    """A tracker that remembers."""

    def __init__(self) -> None:
        self.points: list[tuple[int, dict[str, float]]] = []
        self.tables: dict[str, list[Sequence[Any]]] = {}
        self.files: dict[str, str] = {}
        self.failed: bool | None = None
        self.start: Start | None = None

    def begin(self, start: Start) -> None:
        self.start = start

    def log(self, values: Mapping[str, float], step: int) -> None:
        self.points.append((step, dict(values)))

    def summary(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    def table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.tables[name] = [columns, *rows]

    def artifact(self, name: str, kind: str, files: Mapping[str, str], facts: Mapping[str, Any]) -> None:
        self.files |= files

    def finish(self, failed: bool) -> None:
        self.failed = failed


def ready(folder: Path, *words: str) -> Plan:
    return plan(compose([*SMALL, f"results_dir={folder}", *words]))


def test_an_offline_wandb_run_is_read_back_as_it_was_logged(harness: Run, tmp_path: Path) -> None:
    words = (*SMALL, "tracking=wandb", "tracking.mode=offline", "tracking.group=table9")
    done = harness(*words)
    assert done.code == 0, done.err
    assert "tracking stopped" not in done.err
    logged = offline_run(tmp_path / "results")
    assert (logged.run.run_group, logged.run.job_type, list(logged.run.tags)) == (
        "table9",
        "all_at_once",
        ["simulated"],
    )
    assert logged.config["method"]["steps"] == 2
    curve = [point for point in logged.history if "train/score" in point]
    assert [point["step"] for point in curve] == [1, 2, 2]
    assert curve[0]["tokens/all"] < curve[1]["tokens/all"] < curve[2]["tokens/all"]
    assert curve[0]["usd"] < curve[1]["usd"]
    (result,) = (json.loads(path.read_text()) for path in tmp_path.glob("results/runs/*/*/*/*/result.json"))
    assert logged.summary["score/test"] == result["score"]["test"]["mean"]
    (path,) = tmp_path.glob("results/wandb/offline-run-*/files/media/table/*.table.json")
    table = json.loads(path.read_text())
    assert len(table["data"]) == 12
    assert sum(row[5] for row in table["data"] if row[2] == "trained") == pytest.approx(
        6 * result["score"]["test"]["mean"]
    )
    (modules,) = (artifact for artifact in logged.artifacts if artifact.type == "modules")
    assert "module.txt" in [item.path for item in modules.manifest.contents]
    assert logged.exit_code == 0


def test_a_failed_job_is_marked_failed(tmp_path: Path) -> None:
    run = ready(tmp_path, "tracking=wandb", "tracking.mode=offline")
    with pytest.raises(ZeroDivisionError), tracked(run, Silence()):
        raise ZeroDivisionError
    assert offline_run(tmp_path).exit_code == 1


def test_an_mlflow_run_is_read_back(tmp_path: Path) -> None:
    tracking = pytest.importorskip("mlflow.tracking")
    from harness.run.execute import execute

    result = execute(ready(tmp_path, "tracking=mlflow", "tracking.group=g"), Silence())
    client = tracking.MlflowClient(tracking_uri=(tmp_path / "mlruns").as_uri())
    experiment = client.get_experiment_by_name("fgo-harness")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FINISHED"
    assert run.data.tags["group"] == "g"
    assert run.data.params["method.steps"] == "2"
    assert run.data.metrics["score/test"] == result.score["test"].mean
    assert len(client.get_metric_history(run.info.run_id, "tokens/all")) == 3
    assert any(item.path == "test_rows.json" for item in client.list_artifacts(run.info.run_id))


def test_texts_of_a_sensitive_environment_never_leave(tmp_path: Path) -> None:
    folder = write_run(
        tmp_path, sensitive=True, text="PLANTED", tasks=("PLANTED-a", "b", "c", "d"), vanilla=(0, 0, 0, 0)
    )
    tracker = Notebook()
    report(tracker, folder)
    assert "PLANTED" not in json.dumps([tracker.tables, tracker.files, tracker.values])
    assert len({row[0] for row in tracker.tables["test_rows"][1:]}) == 4
    open_tracker = Notebook()
    report(open_tracker, write_run(tmp_path, seed=1, text="PLANTED"))
    assert "PLANTED" in json.dumps([open_tracker.tables, open_tracker.files])


def test_a_tracker_that_breaks_never_stops_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(Notebook):
        def log(self, values: Mapping[str, float], step: int) -> None:
            raise OSError("no network")

    monkeypatch.setattr(tracked_module, "make_tracker", lambda _: Broken())
    with tracked(ready(tmp_path), Silence()) as observer:
        observer.stepped("", "optimize")
        observer.stepped("", "optimize")
    assert capsys.readouterr().err.count("tracking stopped: OSError: no network") == 1


def test_a_tracker_that_hangs_is_told_once_and_holds_nothing_up(capsys: pytest.CaptureFixture[str]) -> None:
    never, seen = Event(), []

    class Hanging(Notebook):
        def begin(self, start: Start) -> None:
            never.wait()

    aside = Aside(Hanging(), patience=0.01)
    aside.do(lambda t: t.begin(None))
    aside.do(seen.append)
    aside.close()
    never.set()
    assert seen == []
    assert capsys.readouterr().err == "tracking stopped: no answer within 0.01 s; the record is not affected\n"


def test_a_server_that_is_gone_is_told_in_one_line_and_the_run_goes_on(
    harness: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mlflow.tracking")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    done = harness(*SMALL, "tracking=mlflow", "tracking.uri=http://127.0.0.1:9")
    assert done.code == 0
    assert sum("tracking stopped: " in line for line in done.err.splitlines()) == 1
    assert "record:" in done.out


def test_no_tracker_is_the_default_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    assert make_tracker(ready(tmp_path).settings.tracking) is None
    assert make_tracker({}) is None
    with pytest.raises(ConfigError, match=r"tracking\.kind=x: choose one of none, wandb, mlflow"):
        make_tracker({"kind": "x"})


def test_curves_have_the_last_exploration_of_every_scope() -> None:
    tracker = Notebook()
    curves = Curves(tracker.log)
    answer = Answer(text="", usage=Usage(1, 10, cached=0, completion=5, reasoning=0, usd=0.5, seconds=1.0))
    for scope, scores in (("a", (0.0, 0.0)), ("b", (1.0, 1.0)), ("a", (1.0, 0.0))):
        curves.started(scope, Purpose.EXPLORE, rollouts=2)
        for score in scores:
            curves.rolled_out(scope, Purpose.EXPLORE, score=score)
        curves.answered(Role.OPTIMIZER, Purpose.OPTIMIZE, answer=answer, paid=True)
        curves.stepped(scope, "optimize")
    assert [(step, values["train/score"]) for step, values in tracker.points] == [(1, 0.0), (2, 0.5), (3, 0.75)]
    assert [values["tokens/all"] for _, values in tracker.points] == [15, 30, 45]


def test_the_leaderboard_is_logged_as_tables(tmp_path: Path, harness: Run) -> None:
    write_run(tmp_path / "results", env="alfworld")
    done = harness("leaderboard", "--wandb", env={"WANDB_MODE": "offline"})
    assert done.code == 0, done.err
    (path,) = tmp_path.glob("results/wandb/offline-run-*/files/media/table/**/*.table.json")
    table = json.loads(path.read_text())
    place = table["columns"].index("published")
    assert [row[place] for row in table["data"]] == [False, *[True] * 5]


def test_every_board_is_read_back_from_the_offline_file(tmp_path: Path, harness: Run) -> None:
    for seed in range(2):
        write_run(tmp_path / "results", "fgo", seed, env="alfworld")
        write_run(tmp_path / "results", "vanilla", seed, (0, 0, 0, 1), env="alfworld")
        write_run(tmp_path / "results", "fgo", seed, (1, 1, 1, 0), backbone="gpt-4o", simulated=False)
    write_run(tmp_path / "results", "fgo", 7, env="alfworld", status="incomplete")
    done = harness("leaderboard", "--wandb", "--project", "agents", env={"WANDB_MODE": "offline"})
    assert done.code == 0, done.err
    logged = offline_run(tmp_path / "results")
    assert (logged.run.project, logged.run.job_type, logged.exit_code) == ("agents", "leaderboard", 0)
    files = next(tmp_path.glob("results/wandb/offline-run-*/files"))
    logged_items = [item for point in logged.history for item in point.items()]
    kept = {name.removesuffix("/path"): value for name, value in logged_items if name.endswith("/path")}
    assert set(kept) == {"leaderboard/alfworld/sim/simulated", "leaderboard/toy/gpt-4o/real", "leaderboard/apart"}
    tables = {name: json.loads((files / path).read_text()) for name, path in kept.items()}
    board = tables["leaderboard/alfworld/sim/simulated"]
    rows = [dict(zip(board["columns"], row, strict=True)) for row in board["data"]]
    means = {row["method"]: row["mean"] for row in rows if not row["published"]}
    assert means == {"fgo": 0.5, "vanilla": 0.25}
    assert len(tables["leaderboard/apart"]["data"]) == 1
    (real,) = tables["leaderboard/toy/gpt-4o/real"]["data"]
    assert 0.75 in real


def test_toolboxes_of_the_lineage_are_sent_as_code() -> None:
    box = Toolbox((Tool("total", "Adds up.", parameters={"properties": {"path": {}}}, source="def total(path): ..."),))
    folder = SimpleNamespace(read_modules=lambda made: {"tools": box})
    lineage = SimpleNamespace(events=[SimpleNamespace(modules="a" * 64), SimpleNamespace(modules=None)])
    run = SimpleNamespace(module_text="final", sensitive=False, lineage=lineage, folder=folder)
    assert module_files(run) == {
        "module.txt": "final",
        f"{'a' * 12}.txt": "# total(path): Adds up.\ndef total(path): ...",
    }
