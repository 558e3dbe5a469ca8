"""One step of Algorithm 1 in which the optimizer says what each guideline rests on."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core.domain import Evidence, Modules, Role, Task
from harness.core.errors import AnswerError
from harness.core.lab import Lab
from methods import prompting
from methods.plus.evidence import asking, marks
from methods.plus.evidence.marks import Sources
from methods.plus.evidence.support import Support, Supported, supported

TEMPLATE = "optimizer.j2"


async def step(lab: Lab, modules: Modules, tasks: Sequence[Task]) -> Modules:
    """Explore the tasks, evaluate every trajectory, and let the optimizer write the next modules, with marks."""
    made = supported(modules)
    evidence = await lab.explore(modules, tasks)
    for name in made.trainable:
        made = await _rewritten(lab, made, name, evidence)
    return made


async def _rewritten(lab: Lab, modules: Supported, name: str, evidence: Evidence) -> Supported:
    head, guidelines = modules.guidelines(name)
    parts = marks.shown(head, guidelines, prefix="g")
    frame = prompting.filled(lab, asking.TEMPLATES / TEMPLATE, **parts, experiences="")
    read = lab.shown(evidence, beside="\n".join(message.content for message in frame))
    attempts = {
        str(number): Support(frozenset({item.task.id})) for number, item in enumerate(evidence, 1) if number <= read.n
    }
    sources = Sources({f"g{n}": own for n, own in enumerate(guidelines, 1)}, attempts, heads=[head], may_stay=True)
    try:
        answered = await asking.ask(lab, Role.OPTIMIZER, TEMPLATE, sources=sources, **parts, experiences=read.text)
    except AnswerError as error:
        lab.record("optimize", modules, [modules], unread=str(error))
        return modules
    if answered.unchanged:
        lab.record("optimize", modules, [modules], unchanged=[name])
        return modules
    made = modules.written(name, answered.head, guidelines=answered.guidelines)
    lab.record("optimize", made, [modules], guidelines=made.facts(name), **answered.facts())
    return made
