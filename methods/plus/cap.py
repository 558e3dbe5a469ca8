"""A cap on the tokens of an instruction: asked for shorter, and cut at whole guidelines if that does not help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.domain import Instruction, Modules
from harness.core.errors import AnswerError
from harness.core.lab import Lab
from harness.run.roles.typed import UnreadableAnswer, between
from methods.plus.evidence.shortening import shortened
from methods.plus.prompting import ask_merger


@dataclass(frozen=True)
class Cap:
    """The most tokens of an instruction, counted with the agent's model.

    Parameters
    ----------
    tokens
        The limit.
    evidence
        Whether the merger reads what each guideline rests on, and says what those of the shorter instruction do.
    """

    tokens: int
    evidence: bool = False

    async def __call__(self, lab: Lab, modules: Modules) -> Modules:
        """Return the modules with every trainable instruction within the limit; toolboxes stay."""
        for name in modules.trainable:
            module = modules[name]
            if isinstance(module, Instruction) and (asked := lab.tokens(module.text)) > self.tokens:
                shorter, by = await self._shorter(lab, modules, name=name)
                kept = lab.tokens(shorter.instruction(name))
                lab.record("cap", shorter, [modules], tokens=asked, kept=kept, by=by)
                modules = shorter
        return modules

    async def _shorter(self, lab: Lab, modules: Modules, *, name: str) -> tuple[Modules, str]:
        text = modules.instruction(name)
        made: Modules | None = None
        if self.evidence:
            made = await shortened(lab, modules, name, limit=self.tokens)
        elif shorter := await self._rewritten(lab, text):
            made = modules.with_module(name, Instruction(shorter))
        if made is not None:
            return made, "merger"
        return modules.with_module(name, Instruction(cut(text, self.tokens, count=lab.tokens))), "cut"

    async def _rewritten(self, lab: Lab, text: str) -> str | None:
        def read(answer: str) -> str:
            shorter = between("instruction", answer)
            if not shorter:
                raise UnreadableAnswer("the instruction is empty")
            if (size := lab.tokens(shorter)) > self.tokens:
                raise UnreadableAnswer(f"the instruction has {size} tokens, and {self.tokens} are allowed")
            return shorter

        size = lab.tokens(text)
        try:
            return await ask_merger(
                lab, "shorten.j2", read=read, tries=2, instruction=text, tokens=size, limit=self.tokens
            )
        except AnswerError:
            return None


def cut(text: str, limit: int, *, count: Callable[[str], int]) -> str:
    """Return the first whole lines of a text that fit, or of a first line that does not, as many words as fit."""
    lines = text.splitlines()
    while len(lines) > 1 and count("\n".join(lines)) > limit:
        lines.pop()
    words = lines[0].split(" ") if lines else []
    while len(lines) == 1 and len(words) > 1 and count(" ".join(words)) > limit:
        words.pop()
    return "\n".join(lines).rstrip() if len(lines) > 1 else " ".join(words)
