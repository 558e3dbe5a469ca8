"""From runs to leaderboards: one per environment and backbone, simulated and real apart, on one set of test tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.core.domain import digest
from harness.records.reading.checks import problem
from harness.records.reading.run import Run
from harness.records.reading.runs import Unreadable, read_runs
from harness.reports.leaderboard.rows import VANILLA, Row, make_row
from harness.reports.leaderboard.variants import flat_settings, labels, variant_key
from harness.reports.leaderboard.versions import Versions, versions_of
from harness.stats.detectable import ALPHA
from harness.stats.several import Ranking, rank


@dataclass(frozen=True, slots=True)
class Apart:
    """A run that stands in no ranking, and why."""

    run_id: str
    env: str
    method: str
    backbone: str
    seed: int | None
    reason: str


@dataclass(frozen=True)
class Board:
    """One ranking.

    Attributes
    ----------
    versions
        Of environment, scorer and prompts: what differs in one of them stands on another board.
    split
        Digest of the ids of the test tasks.
    rows
        By rank, then by mean.
    ranking
        The comparisons behind the ranks, in the order of `rows`.
    """

    env: str
    backbone: str
    simulated: bool
    generated: bool
    versions: Versions
    split: str
    tasks: int
    k: int
    rows: tuple[Row, ...]
    ranking: Ranking

    @property
    def categories(self) -> tuple[str, ...]:
        """Categories of the tasks, in order of first appearance."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.by_category))


@dataclass(frozen=True, slots=True)
class Leaderboards:
    """All boards of a results folder, and the runs that stand apart."""

    boards: tuple[Board, ...]
    apart: tuple[Apart, ...]


def leaderboards(results: Path, k: int = 3, *, split: str | None = None) -> Leaderboards:
    """Return the leaderboards of a results folder.

    Parameters
    ----------
    k
        Of pass@k.
    split
        Beginning of the digest of the test tasks to rank; by default those that most runs were tested on.
    """
    runs, unreadable = read_runs(results)
    return make_boards(runs, unreadable, k=k, split=split)


def make_boards(
    runs: Sequence[Run], unreadable: Sequence[Unreadable] = (), *, k: int = 3, split: str | None = None
) -> Leaderboards:
    """Return the leaderboards of runs."""
    apart = [_apart_unreadable(bad) for bad in unreadable]
    groups: dict[tuple[str, str, bool, bool, Versions], list[Run]] = {}
    for run in runs:
        reason = problem(run)
        if reason:
            apart.append(_apart(run, reason))
        else:
            key = (run.env, run.backbone, run.record.simulated, run.scored.generated_data, versions_of(run))
            groups.setdefault(key, []).append(run)
    boards = []
    for (env, backbone, simulated, generated, versions), members in sorted(groups.items()):
        chosen, others = choose_split(members, split)
        apart += [_apart(run, reason) for run, reason in others]
        if chosen:
            made = make_rows(chosen, k)
            order, ranking = ranked(made)
            first = chosen[0]
            boards.append(
                Board(
                    env=env,
                    backbone=backbone,
                    simulated=simulated,
                    generated=generated,
                    versions=versions,
                    split=split_of(first),
                    tasks=len(first.test_tasks),
                    k=k,
                    rows=order,
                    ranking=ranking,
                )
            )
    return Leaderboards(tuple(boards), tuple(apart))


def split_of(run: Run) -> str:
    """Return the digest of the ids of a run's test tasks (their order is no part of it)."""
    return digest(sorted(run.test_tasks))


def choose_split(runs: Sequence[Run], wanted: str | None) -> tuple[list[Run], list[tuple[Run, str]]]:
    """Return the runs on the test tasks to rank, and the others with the reason.

    Without a wish these are the tasks that most runs were tested on; of as many, the larger set.
    """
    counts = Counter(split_of(run) for run in runs)
    sizes = {split_of(run): len(run.test_tasks) for run in runs}
    if wanted:
        main = next((name for name in counts if name.startswith(wanted)), "")
    else:
        main = max(counts, key=lambda name: (counts[name], sizes[name], name))
    chosen = [run for run in runs if split_of(run) == main]
    others = []
    for run in runs:
        if (name := split_of(run)) != main:
            shown = f" (--split {name[:8]} ranks them)"
            ranks = f"the ranking's are {sizes[main]}" if main else "no run matches the split that was asked for"
            others.append((run, f"tested on other tasks: {sizes[name]}, {ranks}{shown}"))
    return chosen, others


def make_rows(runs: Sequence[Run], k: int) -> list[Row]:
    """Return a row for each variant of each method, and one for the vanilla agent that other runs tested."""
    by_method: dict[str, dict[str, list[Run]]] = {}
    for run in runs:
        by_method.setdefault(run.method, {}).setdefault(variant_key(run), []).append(run)
    made = []
    budgets = {flat_settings(run).get("budget", "") for run in runs if run.method != VANILLA}
    for method, variants in by_method.items():
        # Where methods had several budgets, a row says which, also that of a method that ran with one of them alone.
        named = labels(variants, ["budget"] if len(budgets) > 1 and method != VANILLA else [])
        made += [make_row(method, named[key], runs=members, k=k) for key, members in variants.items()]
    if VANILLA not in by_method:
        beside = _vanilla_beside(runs)
        if beside:
            made.append(make_row(VANILLA, "tested beside", runs=beside, k=k, agent="vanilla"))
    return made


def ranked(rows: Sequence[Row]) -> tuple[tuple[Row, ...], Ranking]:
    """Return the rows with their ranks, by rank and mean, and the comparisons in that order."""
    order = sorted(rows, key=lambda row: (-row.mean, row.name))
    ranks = rank([row.scores for row in order]).ranks
    order = [row.ranked(place) for row, place in zip(order, ranks, strict=True)]
    order.sort(key=lambda row: (row.rank, -row.mean, row.name))
    return tuple(order), rank([row.scores for row in order])


def within_budget(board: Board, measure: str, *, budget: float | None = None) -> Board:
    """Return the equal-budget view of a board.

    Rows stand in the order of what they spent. Each is ranked among those that spent no more than itself, and marked
    where none of them has a higher mean (the frontier). With a budget only rows within it stand, ranked among all.
    """
    known = [(spent, row) for row in board.rows if (spent := row.spent.of(measure)) is not None]
    known.sort(key=lambda pair: (pair[0], -pair[1].mean))
    if budget is not None:
        rows, ranking = ranked([row for spent, row in known if spent <= budget])
        return replace(board, rows=rows, ranking=ranking)
    order = []
    for spent, row in known:
        rivals = [other for limit, other in known if limit <= spent and other is not row]
        ranks = rank([row.scores, *(rival.scores for rival in rivals)]).ranks
        best = all(rival.mean < row.mean or rival.mean == row.mean for rival in rivals)
        order.append(replace(row, rank=ranks[0], frontier=best))
    return replace(board, rows=tuple(order), ranking=rank([row.scores for row in order]))


def significantly_better(board: Board) -> list[tuple[Row, Row, float]]:
    """Return the pairs (better, worse, adjusted p-value) that differ significantly."""
    pairs = []
    for (i, j), p_value in board.ranking.adjusted.items():
        difference = board.ranking.comparisons[i, j].difference
        if p_value < ALPHA and difference:
            better, worse = (i, j) if difference > 0 else (j, i)
            pairs.append((board.rows[better], board.rows[worse], p_value))
    return pairs


def _vanilla_beside(runs: Sequence[Run]) -> list[Run]:
    by_seed: Mapping[int, Run] = {
        run.seed: run for run in sorted(runs, key=lambda r: r.id, reverse=True) if "vanilla" in run.scored.score
    }
    return [run for run in by_seed.values() if any(outcome.agent == "vanilla" for outcome in run.outcomes)]


def _apart(run: Run, reason: str) -> Apart:
    return Apart(run.id, run.env, method=run.method, backbone=run.backbone, seed=run.seed, reason=reason)


def _apart_unreadable(bad: Unreadable) -> Apart:
    env, method, backbone, run_id = bad.folder.path.parts[-4:]
    return Apart(run_id, env, method=method, backbone=backbone, seed=None, reason=f"unreadable: {bad.reason}")
