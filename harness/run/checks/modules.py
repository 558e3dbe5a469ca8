"""Are modules trainable and orthogonal (Section 2.1)? Measured on a trained agent, through the Lab.

Trainable: does the score depend on what stands in the module? Each guideline or tool is dropped, alone.
Orthogonal: does one module bring the same whatever the other is? The two-by-two of initial and learned modules, where
the agent has learned more than one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar

from harness.core.concurrency import gather
from harness.core.domain import Instruction, Module, Modules, Performance, Task, Tool, Toolbox
from harness.core.errors import ConfigError
from harness.core.lab import Lab
from harness.run.checks.parts import Change, change, interaction, without_each


@dataclass(frozen=True)
class Learned:
    """Learned modules as they are, for a test without training (`harness eval`).

    Parameters
    ----------
    learned
        A text file with an instruction, or a file of a run's ``modules`` folder.
    digest
        Of that file: what it holds determines the result, not where it lies.
    """

    learned: str
    digest: str = ""

    version: ClassVar[str] = "1"

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:  # noqa: ARG002
        """Return the learned modules."""
        return read_modules(Path(self.learned), lab.initial)


@dataclass(frozen=True)
class ModuleCheck:
    """Measures learned modules, whole and in part, on training tasks; it trains nothing.

    Run as a method, so that it is journaled, resumes where it stopped, and writes a record; what it finds stands in
    the lineage under ``module-check``.

    Parameters
    ----------
    learned
        A text file with an instruction, or a file of a run's ``modules`` folder.
    digest
        Of that file: what it holds determines the result, not where it lies.
    tasks
        The most tasks, drawn by the seed; None for all.
    """

    learned: str
    digest: str = ""
    tasks: int | None = None

    version: ClassVar[str] = "1"

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the learned modules."""
        learned = read_modules(Path(self.learned), lab.initial)
        drawn = sorted(lab.rng("tasks").permutation(len(tasks)).tolist()[: self.tasks])
        sample = [tasks[i] for i in drawn]
        changed = [name for name in learned.parts if learned[name] != lab.initial[name]]
        variants: dict[str, Modules] = {"initial": lab.initial, "learned": learned}
        dropped: dict[str, tuple[str, str]] = {}
        for name in changed:
            for part, module in without_each(learned[name]):
                variants[f"drop-{len(dropped) + 1}"] = learned.with_module(name, module)
                dropped[f"drop-{len(dropped) + 1}"] = (name, part)
        for name in changed:
            variants[f"only-{name}"] = lab.initial.with_module(name, learned[name])
        for one, other in combinations(changed, 2):
            variants[f"both-{one}-{other}"] = variants[f"only-{one}"].with_module(other, learned[other])
        strands = [lab.scope(name) for name in variants]
        scores = await gather(s.backtest(m, sample) for s, m in zip(strands, variants.values(), strict=True))
        self._note(lab, dict(zip(variants, scores, strict=True)), dropped=dropped, changed=changed)
        return learned

    def _note(
        self,
        lab: Lab,
        measured: Mapping[str, Performance],
        *,
        dropped: Mapping[str, tuple[str, str]],
        changed: Sequence[str],
    ) -> None:
        initial, learned = measured["initial"], measured["learned"]
        lab.note("module-check", what="learned", module="all", part="", **_facts(learned, change(initial, learned)))
        for key, (name, part) in dropped.items():
            facts = _facts(measured[key], change(learned, measured[key]))
            lab.note("module-check", what="dropped", module=name, part=part, **facts)
        for one, other in combinations(changed, 2):
            alone, besides = measured[f"only-{one}"], measured[f"only-{other}"]
            both = measured[f"both-{one}-{other}"]
            for name, performance in ((one, alone), (other, besides)):
                facts = _facts(performance, change(initial, performance))
                lab.note("module-check", what="alone", module=name, part="", **facts)
            facts = _facts(both, interaction(initial, alone, other=besides, both=both))
            lab.note("module-check", what="interaction", module=f"{one} x {other}", part="", **facts)


def _facts(performance: Performance, difference: Change) -> dict[str, Any]:
    return {"score": performance.mean, "n": performance.n, **asdict(difference)}


def read_modules(path: Path, initial: Modules) -> Modules:
    """Return the initial modules with what a file holds in their place.

    Raises
    ------
    ConfigError
        If it cannot be read, or does not fit the environment's modules.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".json":
            return initial.with_module(_instruction_of(initial, path), Instruction(text.strip()))
        modules = initial
        for name, part in json.loads(text)["parts"].items():
            if name not in initial.parts:
                raise ConfigError(f"{path}: this environment has no module {name!r}")
            modules = modules.with_module(name, _module(part))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{path} is no file of modules") from None
    return modules


def _instruction_of(initial: Modules, path: Path) -> str:
    name = next((name for name in initial.trainable if isinstance(initial[name], Instruction)), None)
    if name is None:
        raise ConfigError(f"{path} is an instruction, and this environment trains none: name a run instead")
    return name


def _module(part: Mapping[str, Any]) -> Module:
    if part["kind"] == "instruction":
        return Instruction(part["text"])
    tools = (
        Tool(tool["name"], tool["description"], parameters=tool["parameters"], source=tool["source"])
        for tool in part["tools"]
    )
    return Toolbox(tuple(tools), part.get("library", ""))
