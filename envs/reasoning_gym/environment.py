"""Short reasoning tasks of the package reasoning_gym: one question, one answer, families as categories."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from envs.reasoning_gym.families import Family, checked, package
from envs.reasoning_gym.reference import instruction
from harness.core.answer_text import labelled, without_thoughts
from harness.core.domain import Modules, Step, Task, Trajectory
from harness.core.environment import AgentModel, Description, Split
from harness.core.errors import ConfigError
from harness.core.messages import Message
from harness.run.roles.prompting import load

PROMPT = Path(__file__).parent / "prompts" / "agent.j2"

DEFAULT = ("calendar_arithmetic", "chain_sum", "family_relationships", "gcd", "letter_counting",
           "word_sequence_reversal")  # fmt: skip

INITIAL = "Answer the question."

PURPOSE = (
    "The agent answers short reasoning questions of several families. It reads one question, may work in a few lines, "
    "and ends with the answer, which must match exactly."
)


class ReasoningGym:
    """Tasks that the package reasoning_gym (Stojanovski et al., arXiv 2505.24760) makes from a seed.

    Parameters
    ----------
    families
        Names of the package's data sets, of those whose scorers do not run an answer; each is a category.
    data_seed
        Which tasks are made.
    train_size, test_size
        How many, shared evenly by the families; where they do not divide evenly, the first ones have one more.
    """

    def __init__(
        self, families: Sequence[str] = DEFAULT, data_seed: int = 0, *, train_size: int = 60, test_size: int = 120
    ) -> None:
        for name, number in {"train_size": train_size, "test_size": test_size}.items():
            if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 100_000:
                raise ConfigError(f"env.{name}={number!r} must be a number from 1 to 100000")
        self._package = package()
        self._families = [Family(name, data_seed) for name in checked(families)]
        self._sizes: Mapping[Split, int] = {"train": train_size, "test": test_size}

    def describe(self) -> Description:
        """See `Environment.describe`."""
        return Description(
            name="reasoning_gym",
            version="1",
            scorer_version=f"1 reasoning-gym {self._package}",
            data_checksum=self._checksum,
            purpose=PURPOSE,
            categories=tuple(family.name for family in self._families),
            generated=True,
            groups=("ended",),
            measures=("partial",),
        )

    def initial_modules(self) -> Modules:
        """See `Environment.initial_modules`."""
        return Modules.of_instruction(INITIAL)

    def reference_modules(self) -> Mapping[str, Modules]:
        """Return working methods for the chosen families, as far as they were written, as an instruction."""
        text = instruction([family.name for family in self._families])
        return {"methods": Modules.of_instruction(text)} if text else {}

    def tasks(self, split: Split) -> Sequence[Task]:
        """See `Environment.tasks`. Test tasks follow the training tasks of their family, and no question is in both."""
        return [
            Task(f"{split}-{family.name}-{made['index']}", made["question"], made["answer"], family.name, made["index"])
            for number, family in enumerate(self._families)
            for made in self._made(family, *self._range(split, number))
        ]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        """See `Environment.rollout`."""
        family = next(family for family in self._families if family.name == task.category)
        system = Message("system", load(PROMPT).render(instruction=modules.instruction()))
        said = (await agent.complete([system, Message("user", task.query)])).text
        answer = read_answer(said)
        score = family.score(answer, task.payload) if answer else 0.0
        right = score == 1.0
        notes = {"ended": "answered" if answer else "no answer", "partial": score}
        return Trajectory(task.id, (Step(said.strip(), ""),), answer, right, float(right), notes)

    def _made(self, family: Family, start: int, stop: int) -> Sequence[Mapping[str, Any]]:
        made = list(islice(family.entries(), stop))
        if len(made) < stop:
            raise ConfigError(
                f"env.train_size and env.test_size ask for {stop} tasks of the family {family.name}, which has "
                f"{len(made)} different ones; ask for fewer, or for more families"
            )
        return made[start:]

    def _range(self, split: Split, number: int) -> tuple[int, int]:
        share = {name: self._share(size, number) for name, size in self._sizes.items()}
        start = 0 if split == "train" else share["train"]
        return start, start + share[split]

    def _share(self, size: int, number: int) -> int:
        every, rest = divmod(size, len(self._families))
        return every + (number < rest)

    @cached_property
    def _checksum(self) -> str:
        digest = hashlib.sha256(self._package.encode())
        for split in self._sizes:
            for task in self.tasks(split):
                digest.update(repr((task.id, task.query, task.truth)).encode())
        return digest.hexdigest()


def read_answer(text: str) -> str:
    """Return what follows the last ``Answer:`` outside of thoughts, or a message of one line; else an empty text."""
    text = without_thoughts(text).strip()
    said = [found.value for found in labelled(text, "answer") if found.value]
    if said:
        return said[-1]
    return "" if "\n" in text else text.strip("*`\"'")
