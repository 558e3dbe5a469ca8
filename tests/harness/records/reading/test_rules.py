"""Tables by rule: which rules merged modules follow, and which a merge lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.cli.main import run as command
from harness.core.domain import Modules
from harness.core.errors import HarnessError
from harness.records.folder import RunFolder
from harness.records.reading.rules import rule_tables
from harness.records.reading.run import Run, read_run
from harness.reports.site.runs import run_payload
from tests.harness.reports.site.planting import with_merge
from tests.records import rollout, write_rows

LEFT, RIGHT, MERGED = (
    Modules.of_instruction(text) for text in ("look first\n", "look twice", "look first\nlook twice\n")
)
NEEDS = {"a": ["suffix"], "b": ["suffix", "prefix"], "c": ["halves"], "d": []}


def measured(
    folder: RunFolder, scores: Mapping[str, tuple[Modules, Mapping[str, float]]], purpose: str = "backtest"
) -> None:
    rows = [
        rollout("training", modules, task, number, score, "", purpose).model_copy(
            update={"notes": {"rules": NEEDS[task], "ended": "done"}}
        )
        for modules, by_task in scores.values()
        for number, (task, score) in enumerate(by_task.items())
    ]
    write_rows(folder.train, rows)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = with_merge(tmp_path)
    path = made.path / "run.json"
    record = json.loads(path.read_text())
    record["environment"]["groups"] = ["rules", "ended"]
    path.write_text(json.dumps(record))
    return made


def losing(folder: RunFolder) -> Run:
    left = (LEFT, {"a": 1.0, "b": 1.0})
    right = (RIGHT, {"c": 1.0, "d": 0.0})
    merged = (MERGED, {"a": 0.0, "b": 0.0, "c": 1.0, "d": 0.0})
    measured(folder, {"left": left, "right": right, "merged": merged})
    return read_run(folder)


def test_a_rule_that_a_parent_followed_and_the_merged_modules_do_not_is_lost(folder: RunFolder) -> None:
    (table,) = rule_tables(losing(folder))
    assert table.note == "rules"
    assert [(one.place, one.parent, one.rule, one.before, one.after, one.n) for one in table.lost] == [
        ("merge 0.4.2", "subset-1", "prefix", 1.0, 0.0, 1),
        ("merge 0.4.2", "subset-1", "suffix", 1.0, 0.0, 2),
    ]


def test_every_merged_module_has_a_column_and_a_score_by_rule(folder: RunFolder) -> None:
    (table,) = rule_tables(losing(folder))
    assert [one.place for one in table.measured] == ["subset-1", "subset-2", "merge 0.4.2"]
    assert table.rules == ("halves", "prefix", "suffix")
    assert [
        (one.scores["suffix"].mean, one.scores["suffix"].n) for one in table.measured if "suffix" in one.scores
    ] == [
        (1.0, 2),
        (0.0, 2),
    ]


def test_scores_of_other_tasks_or_purposes_lose_nothing(folder: RunFolder) -> None:
    measured(folder, {"left": (LEFT, {"a": 1.0}), "merged": (MERGED, {"b": 0.0})})
    assert rule_tables(read_run(folder))[0].lost == []
    measured(folder, {"left": (LEFT, {"a": 1.0})}, "explore")
    rows = folder.train.read_text()
    measured(folder, {"merged": (MERGED, {"a": 0.0})})
    folder.train.write_text(rows + folder.train.read_text())
    assert rule_tables(read_run(folder))[0].lost == []


def test_runs_without_such_notes_have_no_tables(tmp_path: Path) -> None:
    assert rule_tables(read_run(with_merge(tmp_path))) == []


def test_the_terminal_and_the_site_show_them(folder: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    run = losing(folder)
    assert command(["show", str(folder.path)]) == 0
    out = capsys.readouterr().out
    assert "rules that a merge lost: 2" in out
    assert "suffix" in out
    (table,) = run_payload(run)["rules"]  # type: ignore[misc]
    assert [row[2] for row in table["lost"]] == ["prefix", "suffix"]
    assert table["rows"][0] == ["halves", [None, [1.0, 1], [1.0, 1]]]


def test_the_record_holds_them(folder: RunFolder) -> None:
    run = losing(folder)
    assert folder.read_rules() is None
    result, lineage, modules = run.scored, run.lineage, {made.digest: made for made in (LEFT, RIGHT, MERGED)}
    assert lineage is not None
    folder.write_results(result, lineage, modules=modules, rules=rule_tables(run))
    written = folder.read_rules()
    assert written is not None
    assert written.tables == rule_tables(run)
    (folder.path / "rules.json").write_text('{"schema_version": 2, "tables": [{}]}')
    with pytest.raises(HarnessError, match="not a record of this version"):
        folder.read_rules()
