"""SkillOpt: bounded edits of one document behind a strict validation gate.

Source: Yang et al., "SkillOpt: Executive Strategy for Self-Evolving Agent Skills" (arXiv 2605.23904); package
`skillopt` 0.2.0, whose edits and gate ours are held against in `tests/methods/peers/test_skillopt.py`.
Reading: a step explores a batch, the optimizer reads it in minibatches of 8 and proposes edits for each; at most 4 are
applied, and the edited document is kept if its validation score is strictly higher. Rejected edits stand in the next
prompts of the epoch. At the end of an epoch a slow update compares the epoch's first and last document on one
minibatch and writes guidance that edits cannot touch, behind the same gate.
Differences: patches are merged and ranked by how many minibatches propose an edit, not by further model calls; an
answer that rewrites the document is read as edits; the guidance is the memory of the next epoch's prompts too. Only the
edits and the gate have a judge: the package's loop is bound to its own environments.
Toolboxes: no. Its edits are of prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from harness.core.concurrency import gather
from harness.core.domain import Evidence, Experience, Instruction, Modules, Performance, Role, Task
from harness.core.errors import AnswerError
from harness.core.lab import Lab, Work
from harness.run.roles import rendering
from harness.run.roles.optimizer import read as read_instruction
from methods import checked, prompting
from methods.batch_wise import epochs
from methods.peers import patches
from methods.peers.patches import Edit
from methods.peers.pool import first_member, only_instruction

FOLDER = Path(__file__).parent / "prompts"
REFLECT, SLOW = FOLDER / "skillopt_reflect.j2", FOLDER / "skillopt_slow.j2"


@dataclass
class Skill:
    """The document as it stands: what edits change, the guidance that they do not, and its validation score."""

    name: str
    base: Modules
    text: str
    performance: Performance
    guidance: str = ""
    rejected: list[Edit] = field(default_factory=list)

    def modules(self, text: str | None = None, guidance: str | None = None) -> Modules:
        """Return the agent's modules with the document, or with another text or guidance."""
        parts = [self.text if text is None else text, self.guidance if guidance is None else guidance]
        return self.base.with_module(self.name, Instruction("\n\n".join(part.strip() for part in parts if part)))


@dataclass(frozen=True)
class SkillOpt:
    """Edit a document step by step, and keep what validates better.

    Parameters
    ----------
    steps
        Optimizer calls in all: reflections on minibatches, and slow updates.
    batch_size
        Tasks of a step.
    minibatch
        Attempts that one reflection reads.
    edits
        The most edits of a step.
    slow_update
        Whether each epoch ends with one.
    """

    steps: int
    batch_size: int = 16
    minibatch: int = 8
    edits: int = 4
    slow_update: bool = True

    version: ClassVar[str] = f"1-{prompting.digest(REFLECT, SLOW)}"

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "minibatch", "edits"):
            checked.whole(name, getattr(self, name))
        checked.switch("slow_update", self.slow_update)

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the last document that the gate let through."""
        name, first = only_instruction(lab.initial, "skillopt"), await first_member(lab)
        skill = Skill(name, lab.initial, lab.initial.instruction(name), first.performance)
        size = min(self.batch_size, len(tasks))
        batches, before = epochs(tasks, size, rng=lab.rng("epochs")), skill.modules()
        left, number, seen = self.steps, 0, 0
        while left > 0:
            batch = next(batches)
            calls = min(left, -(-len(batch) // self.minibatch))
            if not lab.another_step(batch, then=Work(skill.performance.n, calls)):
                break
            number += 1
            seen += len(batch)
            await self.step(lab, skill, batch=batch, calls=calls, number=number)
            left -= calls
            if seen >= len(tasks):
                if self.slow_update and left > 0:
                    then = Work(2 * self.minibatch + skill.performance.n, 1)
                    if not lab.another_step(then=then):
                        break
                    await self.slow(lab, skill, before=before, tasks=batch[: self.minibatch], number=number)
                    left -= 1
                before, seen, skill.rejected = skill.modules(), 0, []
        return skill.modules()

    async def step(self, lab: Lab, skill: Skill, *, batch: Sequence[Task], calls: int, number: int) -> None:
        """Explore, reflect, edit, and gate."""
        evidence = await lab.explore(skill.modules(), batch)
        parts = [list(evidence)[first::calls] for first in range(calls)]
        strands = [lab.scope(f"step-{number}-reflection-{part}", share=0) for part in range(1, calls + 1)]
        proposed = await gather(
            reflection(strand, skill, evidence=Evidence(tuple(part)), limit=self.edits, attempt=number)
            for strand, part in zip(strands, parts, strict=True)
        )
        chosen = patches.most_wanted(proposed, self.edits)
        edited = patches.apply(skill.text, chosen)
        if edited.strip() == skill.text.strip():
            return
        if await gate(lab, skill, candidate=skill.modules(text=edited), edits=[edit.model_dump() for edit in chosen]):
            skill.text = edited
        else:
            skill.rejected += chosen

    async def slow(self, lab: Lab, skill: Skill, *, before: Modules, tasks: Sequence[Task], number: int) -> None:
        """Compare the epoch's first and last document, and let the optimizer write guidance."""
        earlier, later = await lab.backtest(before, tasks), await lab.backtest(skill.modules(), tasks)
        changes = [
            {"query": task.query, "before": earlier.scores[task.id], "after": later.scores[task.id]} for task in tasks
        ]
        try:
            written: Instruction = await prompting.ask(
                lab,
                Role.OPTIMIZER,
                template=SLOW,
                read=read_instruction,
                attempt=number,
                text=skill.text,
                changes=changes,
            )
        except AnswerError as error:
            lab.note("unread", reason=str(error))
            return
        if await gate(lab, skill, candidate=skill.modules(guidance=written.text), slow=True):
            skill.guidance = written.text


async def reflection(lab: Lab, skill: Skill, *, evidence: Evidence, limit: int, attempt: int) -> list[Edit]:
    """Return the edits that the optimizer proposes from a minibatch; none where its answer cannot be read."""
    shown: list[Experience] = list(evidence)
    try:
        return await prompting.ask(
            lab,
            Role.OPTIMIZER,
            template=REFLECT,
            read=lambda text: patches.read(text, skill.text),
            attempt=attempt,
            text=skill.text,
            guidance=skill.guidance,
            limit=limit,
            rejected=[edit.model_dump_json(exclude_defaults=True) for edit in skill.rejected],
            experiences=[rendering.experience(item) for item in shown],
        )
    except AnswerError as error:
        lab.note("unread", reason=str(error))
        return []


async def gate(lab: Lab, skill: Skill, *, candidate: Modules, **facts: object) -> bool:
    """Validate a candidate, and keep its score if it is strictly better than the document's."""
    lab.record("edit", candidate, [skill.modules()], **facts)
    performance = await lab.validate(candidate)
    accepted = performance.mean > skill.performance.mean
    lab.note("gate", candidate=candidate.digest, accepted=accepted, score=performance.mean)
    if accepted:
        skill.performance = performance
    return accepted
