"""Tables by what an environment noted: sums over rows, and nothing where nothing was asked for."""

from __future__ import annotations

from typing import Literal

from harness.cli.groups import tally
from harness.core.domain import Note
from harness.records.schema import RolloutRow, UsageRow
from harness.reports.measures import Mean


def row(agent: Literal["trained", "vanilla"], score: float, **notes: Note) -> RolloutRow:
    return RolloutRow(
        purpose="test",
        scope="",
        agent=agent,
        modules="0" * 64,
        task="t",
        category="c",
        trial=0,
        success=bool(score),
        score=score,
        answer="",
        steps=[],
        notes=dict(notes),
        usage=UsageRow(),
    )


def test_scores_are_summed_by_note_and_measures_by_agent() -> None:
    rows = [
        row("vanilla", 0.0, tier=1, lenient=1.0),
        row("trained", 1.0, tier=1, lenient=1.0),
        row("trained", 0.0, tier=2, lenient=0.5),
        row("trained", 1.0, lenient="unknown"),
    ]
    tallies = tally(rows, ["tier"], measures=["lenient"])
    assert tallies["trained"].groups == {("tier", "1"): [1.0, 1], ("tier", "2"): [0.0, 1]}
    assert tallies["trained"].measures == {"lenient": Mean(1.5, 2, share=True)}
    assert tallies["vanilla"].groups == {("tier", "1"): [0.0, 1]}


def test_each_value_of_a_list_counts_once() -> None:
    rows = [row("trained", 1.0, rules=["a", "b"]), row("trained", 0.0, rules=["b", "b"]), row("trained", 1.0, rules=[])]
    assert tally(rows, ["rules"], measures=[])["trained"].groups == {("rules", "a"): [1.0, 1], ("rules", "b"): [1.0, 2]}


def test_nothing_asked_for_is_nothing() -> None:
    assert tally([row("trained", 1.0, tier=1)], [], measures=[])["trained"].groups == {}
