"""The profile of the simulated model that fits a real model: what it keeps of guidelines, and follows of rules.

usage: python scripts/calibrate_sim.py backbone=X [SETTING ...]     e.g. backbone=local-qwen-0.5b local.gguf=FILE

Asks the agent of a backbone some 145 short questions with known answers: instructions of 5 to 60 guidelines to be
written again, two to six instructions to be merged, four of 5 to 60 rules to be followed, in prompts of several
lengths. Prints the shares, and the parameters of `harness/simulated/profiles.py` that fit, with intervals from
drawing whole questions again. The questions are a run (`method=vanilla`): answered ones are not asked twice.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from harness.cli.main import run as harness
from harness.records.folder import RunFolder
from harness.records.reading.run import read_run
from harness.simulated.profiles import PROFILES
from scripts.calibration.fitting import BOUNDS, KINDS, PARAMETERS, Items, fit, intervals, recall, share
from scripts.calibration.questions import questions

LONGEST = 1400
"""Tokens of an answer: sixty guidelines, and room."""


def main(words: list[str]) -> int:
    """Ask, and print what fits; return the exit code."""
    if not any(word.startswith("backbone=") for word in words):
        print("error: give a backbone, as in backbone=gpt-4o-mini; the model of its agent is asked", file=sys.stderr)
        return 2
    if any(word.startswith("backbone=sim") for word in words):
        print("error: the simulated model does not understand these questions; give a real model", file=sys.stderr)
        return 2
    config = ["env=scripts.calibration.questions.Questions", "env.name=calibration", "method=vanilla", "baseline=false"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = harness([*config, f"backbone.agent.max_tokens={LONGEST}", *words])
    if code:
        return code
    record = Path(said.getvalue().rpartition("record: ")[2].split()[0])
    items, cells = read(record)
    console = Console(width=100)
    console.print(f"{record}\n{int(items.question.max()) + 1} questions, {len(items.kept)} items")
    console.print(shares(items, cells))
    console.print(profile(items))
    return 0


def read(record: Path) -> tuple[Items, np.ndarray]:
    """Return the items of a calibration's record, and the cell of each."""
    run = read_run(RunFolder(record))
    known = {question.name: question for question in questions(int(run.record.config.get("data_seed", 0)))}
    columns: list[tuple[float, float, float, float, float, int]] = []
    cells: list[str] = []
    for number, row in enumerate(run.rollouts()):
        question, notes = known[row.task], row.notes
        kind = float(KINDS.index(question.kind))
        for kept, place in zip(notes["kept"], question.places, strict=True):
            columns.append((float(kept == "1"), float(notes["tokens"]), place, float(question.rules), kind, number))
            cells.append(f"{question.kind} {question.rules}" + f" of {question.candidates}" * (question.candidates > 1))
    kept, tokens, place, rules, kinds, asked = map(np.array, zip(*columns, strict=True))
    return Items(kept, tokens, place, rules, kinds, asked), np.array(cells)


def shares(items: Items, cells: np.ndarray) -> Table:
    """Return the table of what was kept, by kind and size, by place and by length."""
    table = Table(title="kept, %", title_justify="left")
    for title in ("items", "questions", "kept, 95 % interval", "first / middle / last third of the prompt"):
        table.add_column(title, justify="left" if title == "items" else "right")
    long = items.tokens > PROFILES["sim/small"].short
    groups = [(cell, cells == cell) for cell in dict.fromkeys(cells)]
    groups += [("follow, up to 1,000 tokens", (items.kind == 0) & ~long), ("follow, longer", (items.kind == 0) & long)]
    groups += [("rewrite", items.kind == 1), ("merge", items.kind == 2)]
    for name, mask in groups:
        if not mask.any():
            continue
        part = items.where(mask)
        mean, low, high = share(part)
        thirds = [part.kept[(part.place >= a) & (part.place < b)] for a, b in ((0, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 1))]
        places = " / ".join(f"{100 * third.mean():.0f}" if len(third) else "-" for third in thirds)
        count = str(len(np.unique(part.question)))
        table.add_row(name, count, f"{100 * mean:.1f} ({100 * low:.1f} to {100 * high:.1f})", places)
    return table


def profile(items: Items) -> Table:
    """Return the table of the parameters that fit, beside the assumed ones."""
    values, bounds = fit(items), intervals(items)
    table = Table(title="the profile that fits", title_justify="left")
    for title in ("parameter", "fits", "95 % interval", "sim/small", ""):
        table.add_column(title, justify="right" if title else "left")
    for name, value, (low, high), allowed in zip(PARAMETERS, values, bounds, BOUNDS, strict=True):
        at = "at its bound" if np.isclose(value, allowed, atol=1e-6).any() else ""
        assumed = getattr(PROFILES["sim/small"], name.partition(" ")[0])
        table.add_row(name, f"{value:.3f}", f"{low:.3f} to {high:.3f}", f"{assumed:.3f}", at)
    expected = recall(values, items)
    for number, kind in enumerate(KINDS):
        mask = items.kind == number
        if mask.any():
            seen, fits = items.kept[mask].mean(), expected[mask].mean()
            table.add_row(f"{kind}, %", f"{100 * fits:.1f}", "", "", f"seen: {100 * seen:.1f}")
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
