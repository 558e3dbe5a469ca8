"""ACE: a playbook of bullets, changed by a curator's operations, each bullet counted as helpful or harmful.

Source: Zhang et al., "Agentic Context Engineering" (arXiv 2510.04618). No library (a repository; packages named ace-*
are others'); held against a worked example by hand in `tests/methods/peers/test_ace.py`.
Reading: the tasks are met one after another. The agent tries one up to `rounds` times, each time with what the
reflector (here: the evaluator) advised after the last failure. The curator reads the attempts and answers with
operations on the playbook (add, update, remove) and with tags for the bullets that helped or harmed. After every
`every` tasks the playbook is validated; the best one is returned.
Differences: the curator and the tags are one optimizer call a task; bullets that did more harm than good in `worst`
taggings are dropped by code; a rewritten playbook is read as operations.
Toolboxes: no. A bullet is a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from harness.core.domain import Experience, Instruction, Modules, Role, Task
from harness.core.errors import AnswerError
from harness.core.lab import Lab, Work
from harness.run.roles import rendering
from harness.run.roles.typed import UnreadableAnswer, between, object_of
from methods import checked, prompting
from methods.batch_wise import epochs
from methods.peers.patches import lines
from methods.peers.pool import Member, best_of, first_member, only_instruction

TEMPLATE = Path(__file__).parent / "prompts" / "ace.j2"


@dataclass(frozen=True)
class Bullet:
    """A line of the playbook, and how often it was tagged."""

    text: str
    helpful: int = 0
    harmful: int = 0


Playbook = dict[str, Bullet]
"""Bullets by id (``b1``, ``b2``, ...), in order."""


class Operation(BaseModel):
    """One change of the playbook."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    do: Literal["add", "update", "remove"]
    id: str = ""
    text: str = ""


class Curation(BaseModel):
    """The curator's answer."""

    operations: list[Operation] = []
    helpful: list[str] = []
    harmful: list[str] = []


@dataclass(frozen=True)
class ACE:
    """Curate a playbook task by task.

    Parameters
    ----------
    steps
        Optimizer calls in all: tasks that are curated.
    rounds
        Attempts at a task.
    every
        Tasks between two validations.
    worst
        By how many taggings harm must exceed help for a bullet to be dropped.
    """

    steps: int
    rounds: int = 3
    every: int = 6
    worst: int = 2

    version: ClassVar[str] = f"1-{prompting.digest(TEMPLATE)}"

    def __post_init__(self) -> None:
        for name in ("steps", "rounds", "every", "worst"):
            checked.whole(name, getattr(self, name))

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the playbook that does best on the validation tasks; the initial instruction competes too."""
        name = only_instruction(lab.initial, "ace")
        pool = [await first_member(lab)]
        validation = Work(rollouts=pool[0].performance.n)
        playbook: Playbook = {}
        last = pool[0].modules.digest
        stream = islice(epochs(tasks, 1, rng=lab.rng("epochs")), self.steps)
        for number, batch in enumerate(stream, 1):
            if not lab.another_step(batch, then=validation + Work(self.rounds - 1)):
                break
            attempts = await tries(
                lab, written(lab.initial, name, playbook=playbook), name=name, task=batch[0], rounds=self.rounds
            )
            playbook = await curated(lab, playbook, attempts=attempts, number=number, worst=self.worst)
            modules = written(lab.initial, name, playbook=playbook)
            lab.record("curate", modules, [lab.initial], bullets=len(playbook))
            if number % self.every == 0 and modules.digest != last:
                pool.append(Member(modules, await lab.validate(modules)))
                last = modules.digest
        modules = written(lab.initial, name, playbook=playbook)
        if modules.digest != last:
            pool.append(Member(modules, await lab.validate(modules)))
        return best_of(pool).modules


async def tries(lab: Lab, modules: Modules, *, name: str, task: Task, rounds: int) -> list[Experience]:
    """Let the agent try a task until it succeeds, each time with the advice that the last failure earned."""
    attempts: list[Experience] = []
    told = modules
    for _ in range(rounds):
        (experience,) = await lab.explore(told, [task])
        attempts.append(experience)
        if experience.trajectory.success or not experience.evaluation.advice:
            break
        text = f"{modules.instruction(name)}\n- {experience.evaluation.advice}"
        told = modules.with_module(name, Instruction(text))
    return attempts


async def curated(lab: Lab, playbook: Playbook, *, attempts: Sequence[Experience], number: int, worst: int) -> Playbook:
    """Ask the curator what the attempts teach, and change the playbook; it stays where the answer cannot be read."""
    try:
        curation = await prompting.ask(
            lab,
            Role.OPTIMIZER,
            template=TEMPLATE,
            read=lambda text: read(text, playbook),
            attempt=number,
            playbook=playbook,
            experiences=[rendering.experience(item) for item in attempts],
        )
    except AnswerError as error:
        lab.note("unread", reason=str(error))
        return playbook
    return changed(playbook, curation, worst=worst)


def changed(playbook: Playbook, curation: Curation, *, worst: int) -> Playbook:
    """Tag, drop what harms, and carry the operations out; what is there already is not added again."""
    made: Playbook = {}
    for key, bullet in playbook.items():
        tagged = replace(
            bullet,
            helpful=bullet.helpful + (key in curation.helpful),
            harmful=bullet.harmful + (key in curation.harmful),
        )
        if tagged.harmful - tagged.helpful < worst:
            made[key] = tagged
    highest = max((int(key[1:]) for key in playbook), default=0)
    for operation in curation.operations:
        text = " ".join(operation.text.split())
        if operation.do == "remove":
            made.pop(operation.id, None)
        elif operation.do == "update" and operation.id in made:
            made[operation.id] = replace(made[operation.id], text=text)
        elif operation.do == "add" and text not in {bullet.text for bullet in made.values()}:
            highest += 1
            made[f"b{highest}"] = Bullet(text)
    return made


def read(text: str, playbook: Playbook) -> Curation:
    """Read the curator's answer.

    Raises
    ------
    UnreadableAnswer
        If it is neither operations nor a rewritten playbook, or an operation lacks its text or its bullet.
    """
    if "{" not in text and "<instruction>" in text:
        wanted = [line.removeprefix("- ") for line in lines(between("instruction", text))]
        kept = {bullet.text for bullet in playbook.values()}
        gone = [Operation(do="remove", id=key) for key, bullet in playbook.items() if bullet.text not in wanted]
        return Curation(operations=[*gone, *(Operation(do="add", text=line) for line in wanted if line not in kept)])
    curation = object_of(Curation, text)
    for operation in curation.operations:
        if operation.do != "remove" and not operation.text.strip():
            raise UnreadableAnswer(f"an operation {operation.do} has no text")
        if operation.do != "add" and operation.id not in playbook:
            raise UnreadableAnswer(f"there is no bullet {operation.id or 'without an id'}")
    return curation


def written(initial: Modules, name: str, *, playbook: Playbook) -> Modules:
    """Return the initial instruction with the playbook below it."""
    bullets = "\n".join(f"- {bullet.text}" for bullet in playbook.values())
    return initial.with_module(name, Instruction(f"{initial.instruction(name)}\n\n{bullets}".strip()))
