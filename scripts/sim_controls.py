"""Controls of the simulated model: what a comparison of methods looks like when its model of attention is changed.

usage: python scripts/sim_controls.py [--methods all_at_once fgo] [--seeds 2] [--out DIR] [--train 60] [--test 60]
                                      [--conditions "as it is" ...]

Prints the vanilla agent's and each method's test success under each condition, what shuffled guidelines and
guidelines of another task do to the learned agent, and what is learned on LogisticsQA when the truths of its training
documents are dealt out to the wrong documents. Numbers of the simulated model say nothing about real models.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from envs.logisticsqa.environment import LogisticsQA
from harness.cli.main import run
from harness.core.domain import Evaluation, Evidence, Modules, Task
from harness.core.environment import Split
from harness.core.lab import Lab

SMALL = "backbone=sim-small"

CONDITIONS: dict[str, Sequence[str]] = {
    "as it is": (),
    "small in every role": (SMALL,),
    "small, perfect recall (recall=1)": (SMALL, "+backbone.model.options.recall=1.0"),
    "small, instruction load x 0": (SMALL, "+backbone.model.options.load=0.0"),
    "small, instruction load x 2": (SMALL, "+backbone.model.options.load=0.008"),
    "small, no lost middle (dip=0)": (SMALL, "+backbone.model.options.dip=0.0"),
    "small, no length decay (fade=0)": (SMALL, "+backbone.model.options.fade=0.0"),
    "small, keeps all it rewrites (keep=1)": (SMALL, "+backbone.model.options.keep=1.0"),
    "as Qwen2.5-Coder 0.5B was measured": ("backbone=sim-qwen-0.5b",),
    "as Qwen2.5-Coder 1.5B was measured": ("backbone=sim-qwen-1.5b",),
    "empty evaluations": ("EMPTY",),
}
"""Settings of each condition. `small` is the base of those that change a parameter."""

OTHER_TASK = """When the document names a supplier, read the field labelled "Reference".
Never answer with a bill of lading. Drop the prefix "KN/". Prefer the last of several numbers."""


@dataclass(frozen=True)
class WithoutEvaluations:
    """A method that gets evidence without the evaluator's words: the control `empty evaluations`."""

    inner: object
    version: str = "1"

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Train the inner method on a Lab whose evaluations are empty."""
        trained: Modules = await self.inner.train(Mute(lab), tasks)  # type: ignore[attr-defined]
        return trained


class Mute:
    """A Lab whose evaluator says nothing."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def __getattr__(self, name: str) -> object:
        return getattr(self._lab, name)

    async def explore(self, modules: Modules, tasks: Sequence[Task], evaluate: bool = True) -> Evidence:
        """Explore, and drop the evaluations."""
        evidence = await self._lab.explore(modules, tasks, evaluate)
        return Evidence(tuple(replace(e, evaluation=Evaluation("", "", pattern="", advice="")) for e in evidence))

    def scope(self, name: str, share: int = 1) -> Mute:
        """Mute the child as well."""
        return Mute(self._lab.scope(name, share=share))


class ShuffledTruths(LogisticsQA):
    """LogisticsQA whose training documents have each other's references as truths: the control `truths shuffled`."""

    def tasks(self, split: Split) -> Sequence[Task]:
        """Return the tasks, those for training with truths that are not theirs."""
        own = super().tasks(split)
        if split == "test":
            return own
        truths = [task.truth for task in own]
        shift = 1 + random.Random(0).randrange(max(1, len(own) - 1))
        return [replace(task, truth=truth) for task, truth in zip(own, truths[shift:] + truths[:shift], strict=True)]


def score(words: Sequence[str], out: Path) -> tuple[dict[str, float], Path]:
    """Run one config and return its scores and its folder."""
    before = set(out.glob("runs/*/*/*/*"))
    with contextlib.redirect_stdout(io.StringIO()) as said:
        if run([*words, f"results_dir={out}"]):
            raise SystemExit(f"failed: {' '.join(words)}")
    folder = next(iter(set(out.glob("runs/*/*/*/*")) - before), None)
    if folder is None:  # the same run as an earlier one
        folder = Path(said.getvalue().rpartition("record: ")[2].split()[0])
    result = json.loads((folder / "result.json").read_text())
    return {name: part["mean"] for name, part in result["score"].items()}, folder


def condition_words(method: str, condition: str) -> list[str]:
    """Return the settings of a method under a condition."""
    words = list(CONDITIONS[condition])
    if words != ["EMPTY"]:
        return [f"method={method}", *words]
    target = "scripts.sim_controls.WithoutEvaluations"
    inner = ",".join(f"{key}:${{protocol.{key}}}" for key in ("steps", "subsets"))
    inner += ",partition:${partition},cluster:${cluster}"
    if method == "all_at_once":
        inner = "steps:${protocol.steps}"
    classes = {"fgo": "methods.fgo.FGO", "all_at_once": "methods.all_at_once.AllAtOnce"}
    if method not in classes:
        raise SystemExit(f"{method}: only {', '.join(classes)} have the control `empty evaluations`")
    given = f"+method.inner={{_target_:{classes[method]},{inner}}}"
    return [f"method._target_={target}", given, f"method.name={method}-mute"]


def main() -> None:
    """Run the controls and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--methods", nargs="+", default=["all_at_once", "fgo"])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--train", type=int, default=60)
    parser.add_argument("--test", type=int, default=60)
    parser.add_argument("--conditions", nargs="+", default=list(CONDITIONS), choices=list(CONDITIONS), metavar="NAME")
    parser.add_argument("--out", type=Path, default=Path("results/controls"))
    given = parser.parse_args()
    sizes = [f"env.train_size={given.train}", f"env.test_size={given.test}"]
    table = Table(title=f"test success in %, mean of {given.seeds} seeds (simulated model)", title_justify="left")
    for title in ("condition", "vanilla", *given.methods):
        table.add_column(title, justify="left" if title == "condition" else "right")
    learned: dict[str, Path] = {}
    for condition in given.conditions:
        row, vanilla = [], []
        for method in given.methods:
            scores = []
            for seed in range(given.seeds):
                got, folder = score([*condition_words(method, condition), *sizes, f"seed={seed}"], given.out)
                scores.append(got["test"])
                vanilla.append(got["vanilla"])
                if condition == "as it is":
                    learned[method] = folder
            row.append(f"{100 * mean(scores):.1f}")
        table.add_row(condition, f"{100 * mean(vanilla):.1f}", *row)
    Console(width=120).print(table)
    print_instruction_controls(learned, sizes, given.out)
    if "as it is" in given.conditions:
        print_truth_controls(given.methods, given.out)


def print_truth_controls(methods: Sequence[str], out: Path) -> None:
    """Print what is learned on LogisticsQA from the truths, and from truths of other documents."""
    table = Table(title="LogisticsQA: test success in % (simulated model)", title_justify="left")
    for title in ("method", "vanilla", "truths as they are", "truths shuffled"):
        table.add_column(title, justify="left" if title == "method" else "right")
    for method in methods:
        words = [f"method={method}", "env=logisticsqa"]
        got, _ = score(words, out)
        shuffled, _ = score([*words, "env._target_=scripts.sim_controls.ShuffledTruths"], out)
        table.add_row(method, *(f"{100 * one:.1f}" for one in (got["vanilla"], got["test"], shuffled["test"])))
    Console(width=120).print(table)


def print_instruction_controls(learned: dict[str, Path], sizes: Sequence[str], out: Path) -> None:
    """Print what the learned instruction scores as it is, shuffled, and what one of another task scores."""
    table = Table(title="the learned instruction, tested alone", title_justify="left")
    for title in ("method", "as learned", "guidelines shuffled", "guidelines of another task"):
        table.add_column(title, justify="left" if title == "method" else "right")
    for method, folder in learned.items():
        text = (folder / "module.txt").read_text().strip()
        lines = text.splitlines()
        random.Random(0).shuffle(lines)
        variants = {"learned": text, "shuffled": "\n".join(lines), "other": OTHER_TASK}
        row = []
        for name, variant in variants.items():
            file = out / f"{method}-{name}.txt"
            file.write_text(variant)
            words = ["method=vanilla", f"method.name=control-{method}-{name}", f"env.initial_module={file}"]
            got, _ = score([*words, *sizes], out)
            row.append(f"{100 * got['test']:.1f}")
        table.add_row(method, *row)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
