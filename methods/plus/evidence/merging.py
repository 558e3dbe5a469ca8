"""A merge in which the merger reads what each guideline rests on, and says which guidelines each of its own is from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from harness.core.domain import Candidate, Modules, Role
from harness.core.errors import AnswerError
from harness.core.lab import Lab
from harness.run.roles import rendering
from methods.plus.evidence import asking, marks
from methods.plus.evidence.marks import Sources
from methods.plus.evidence.support import GUESS, Support, Supported, supported
from methods.plus.guidelines import words

TEMPLATE = "merger.j2"


async def united(lab: Lab, candidates: Sequence[Candidate], attempt: int) -> Modules:
    """Let the merger write one set of modules. Equal ones are left as they are, with the supports of all.

    A module whose merger cannot be read is that of the best candidate.
    """
    all_of = [supported(candidate.modules) for candidate in candidates]
    if len({modules.digest for modules in all_of}) == 1:  # nothing to unite
        equal = reduce(joined, all_of)
        lab.record("merge", equal, all_of, equal=len(candidates))
        return equal
    best = max(range(len(candidates)), key=lambda number: candidates[number].performance.mean)
    made = all_of[best]
    for name in made.trainable:
        made = await _merged(lab, candidates, all_of, name=name, made=made, attempt=attempt)
    return made


def joined(one: Supported, other: Supported) -> Supported:
    """Return modules with the supports that two equal ones have together."""
    for name in one.trainable:
        known = other.supports.get(name, {})
        own = one.guidelines(name)[1]
        supports = {words(text): support | known.get(words(text), GUESS) for text, support in own}
        one = one.with_supports(name, supports)
    return one


async def _merged(
    lab: Lab, candidates: Sequence[Candidate], all_of: Sequence[Supported], *, name: str, made: Supported, attempt: int
) -> Supported:
    lists = [modules.guidelines(name) for modules in all_of]
    performances = [candidate.performance for candidate in candidates]
    parts = [
        {
            **marks.shown(head, guidelines, prefix=f"{number}."),
            "performance": rendering.performance(performance),
            "measured_on": measured_on,
        }
        for number, ((head, guidelines), performance, measured_on) in enumerate(
            zip(lists, performances, rendering.measured_on(performances), strict=True), 1
        )
    ]
    named: dict[str, tuple[str, Support]] = {
        f"{number}.{n}": own for number, (_, guidelines) in enumerate(lists, 1) for n, own in enumerate(guidelines, 1)
    }
    sources = Sources(named, {}, heads=[head for head, _ in lists])
    try:
        answered = await asking.ask(lab, Role.MERGER, TEMPLATE, sources=sources, attempt=attempt, candidates=parts)
    except AnswerError as error:
        lab.record("merge", made, all_of, unread=str(error))
        return made
    made = made.written(name, answered.head, guidelines=answered.guidelines)
    lab.record("merge", made, all_of, guidelines=made.facts(name), **answered.facts())
    return made
