"""Rules learned and lost, over the runs of a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.core.domain import Modules
from harness.records.schema import RolloutRow
from scripts.rules import cell, label, learned, main
from tests.harness.reports.site.planting import with_merge
from tests.records import rollout, write_rows

NEEDS = {"a": ["suffix"], "b": ["suffix", "prefix"], "c": ["none"]}


def test_a_rule_is_followed_where_half_of_the_tasks_that_need_it_are_solved() -> None:
    assert learned([(NEEDS["a"], 1.0), (NEEDS["b"], 0.0), (NEEDS["c"], 1.0)], ["none"]) == {
        "suffix": True,
        "prefix": False,
    }


def test_means_have_their_standard_error_where_there_are_several_runs() -> None:
    assert cell([0.5], 100) == "50.0"
    assert cell([1, 3]) == "2.0 (1.0)"


def test_a_row_is_named_by_the_switches_that_are_on() -> None:
    settings = json.dumps({"evidence": True, "gate": False, "steps": 1})
    assert label(("env", "sim", "fgo_plus", settings)) == "fgo_plus (evidence)"
    assert label(("env", "sim", "vanilla", "null")) == "vanilla"


def test_a_folder_of_runs_makes_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = with_merge(tmp_path)
    left, merged = Modules.of_instruction("look first\n"), Modules.of_instruction("look first\nlook twice\n")

    def rows(agent: str, modules: Modules, scores: list[float], purpose: str) -> list[RolloutRow]:
        return [
            rollout(agent, modules, task, number, score, "", purpose).model_copy(
                update={"notes": {"rules": NEEDS[task]}}
            )
            for number, (task, score) in enumerate(zip(NEEDS, scores, strict=True))
        ]

    trained = [*rows("training", left, [1, 1, 1], "backtest"), *rows("training", merged, [0, 0, 1], "backtest")]
    write_rows(folder.train, trained)
    write_rows(folder.test, rows("trained", merged, [1, 0, 1], "test"))
    record = json.loads((folder.path / "run.json").read_text())
    record["environment"]["groups"] = ["rules"]
    (folder.path / "run.json").write_text(json.dumps(record))
    main([str(tmp_path)])
    (row,) = [line.split() for line in capsys.readouterr().out.splitlines() if " fgo " in line]
    assert row[:3] == ["toy", "sim", "fgo"]
    assert row[3:] == ["1", "66.7", "1.0", "2", "2.0", "1.0"], (
        "one run; suffix learned, of two; both lost, prefix for good"
    )
