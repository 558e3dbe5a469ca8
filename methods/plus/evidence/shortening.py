"""Asking for a shorter instruction that still says what its guidelines rest on."""

from __future__ import annotations

from harness.core.domain import Modules, Role
from harness.core.errors import AnswerError
from harness.core.guidelines import Guidelines, compose
from harness.core.lab import Lab
from harness.run.roles.typed import UnreadableAnswer
from methods.plus.evidence import asking, marks
from methods.plus.evidence.marks import Answered, Sources
from methods.plus.evidence.support import supported

TEMPLATE = "shorten.j2"


async def shortened(lab: Lab, modules: Modules, name: str, *, limit: int) -> Modules | None:
    """Return modules whose instruction has at most `limit` tokens, as the merger wrote it; None if it did not."""
    whole = supported(modules)
    head, guidelines = whole.guidelines(name)
    sources = Sources({f"1.{n}": own for n, own in enumerate(guidelines, 1)}, {}, heads=[head])

    def check(answered: Answered) -> None:
        text = compose(Guidelines(answered.head, tuple(text for text, _ in answered.guidelines)))
        if (size := lab.tokens(text)) > limit:
            raise UnreadableAnswer(f"the instruction has {size} tokens, and {limit} are allowed")

    try:
        answered = await asking.ask(
            lab,
            Role.MERGER,
            TEMPLATE,
            sources=sources,
            check=check,
            tries=2,
            **marks.shown(head, guidelines, prefix="1."),
            tokens=lab.tokens(modules.instruction(name)),
            limit=limit,
        )
    except AnswerError:
        return None
    return whole.written(name, answered.head, guidelines=answered.guidelines)
