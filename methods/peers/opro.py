"""OPRO: the optimizer reads earlier instructions with their scores, ascending, and proposes better ones.

Source: Yang et al., "Large Language Models as Optimizers" (arXiv 2309.03409), Sections 2 and 4.
Reading: a step draws 8 instructions from one prompt, which holds the 20 best so far in ascending order of score and 3
examples of the task; a score is the mean over a fixed sample of the training tasks. The best by that score is returned.
Differences: scores stand as solved of played, the form that the other roles read; an example shows query and truth.
Toolboxes: no. A score says nothing about code, and the paper's prompt holds texts of a line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from harness.core.concurrency import gather
from harness.core.domain import Instruction, Modules, Performance, Role, Task
from harness.core.errors import AnswerError
from harness.core.lab import Lab, Work
from harness.run.roles import rendering
from harness.run.roles.optimizer import read
from methods import checked, prompting
from methods.peers.pool import Member, best_of, only_instruction

TEMPLATE = Path(__file__).parent / "prompts" / "opro.j2"


@dataclass(frozen=True)
class OPRO:
    """Propose instructions from scored ones.

    Parameters
    ----------
    steps
        Optimizer calls in all: instructions that are proposed.
    proposals
        Instructions from one prompt.
    shown
        The most scored instructions in a prompt.
    examples
        Tasks in a prompt, drawn anew for each.
    scored
        Training tasks that give a score, drawn once; None for all.
    """

    steps: int
    proposals: int = 8
    shown: int = 20
    examples: int = 3
    scored: int | None = 12

    version: ClassVar[str] = f"1-{prompting.digest(TEMPLATE)}"

    def __post_init__(self) -> None:
        for name in ("steps", "proposals", "shown"):
            checked.whole(name, getattr(self, name))
        checked.whole("examples", self.examples, least=0)
        if self.scored is not None:
            checked.whole("scored", self.scored)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the instruction with the best score; among equals the first."""
        name = only_instruction(lab.initial, "opro")
        sample = [tasks[i] for i in sorted(lab.rng("sample").permutation(len(tasks)).tolist()[: self.scored])]
        pool = [Member(lab.initial, await lab.backtest(lab.initial, sample))]
        made = 0
        while made < self.steps:
            width = min(self.proposals, self.steps - made)
            if not lab.another_step(then=Work(len(sample), 1) * width):
                break
            drawn = lab.rng(f"examples-{made}").permutation(len(tasks)).tolist()[: self.examples]
            prompt = {"scored": ascending(pool, self.shown, name=name), "examples": [tasks[i] for i in drawn]}
            strands = [lab.scope(f"proposal-{made + number}", share=0) for number in range(1, width + 1)]
            proposed = await gather(
                proposal(strand, name, sample=sample, attempt=made + number, prompt=prompt)
                for number, strand in enumerate(strands)
            )
            pool = distinct([*pool, *(Member(*each) for each in proposed if each is not None)])
            made += width
        return best_of(pool).modules


async def proposal(
    lab: Lab, name: str, *, sample: Sequence[Task], attempt: int, prompt: Mapping[str, object]
) -> tuple[Modules, Performance] | None:
    """Return a proposed instruction and its score; None where the optimizer's answer cannot be read."""
    try:
        written: Instruction = await prompting.ask(
            lab, Role.OPTIMIZER, template=TEMPLATE, read=read, tries=1, attempt=attempt, **prompt
        )
    except AnswerError as error:
        lab.note("unread", reason=str(error))
        return None
    modules = lab.initial.with_module(name, written)
    lab.record("propose", modules, [lab.initial])
    return modules, await lab.backtest(modules, sample)


def ascending(pool: Sequence[Member], most: int, *, name: str) -> list[dict[str, str]]:
    """Return the best members, the best last; among equals the later one stands nearer to the end."""
    ranked = sorted(pool, key=lambda member: member.performance.mean)[-most:]
    return [
        {"instruction": m.modules.instruction(name), "performance": rendering.performance(m.performance)}
        for m in ranked
    ]


def distinct(pool: Sequence[Member]) -> list[Member]:
    """Return each instruction once, where it came first."""
    first: dict[str, Member] = {}
    for member in pool:
        first.setdefault(member.modules.digest, member)
    return list(first.values())
