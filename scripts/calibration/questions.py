"""The questions: an instruction written again, several merged, and rules followed; every item is told by its number.

They are an environment, so that a calibration is a run: journaled, resumed, replayed, with its price.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.core.domain import Modules, Note, Step, Task, Trajectory
from harness.core.environment import AgentModel, Description, Split
from harness.core.messages import Message

Kind = Literal["follow", "rewrite", "merge"]

THINGS = (
    "anchors apples axes badges balls bells belts boots bottles bowls boxes buckets buttons cables candles caps "
    "chairs chains clocks coats coins combs cords crates cups curtains desks dishes doors drums erasers fans files "
    "flags forks frames gloves hammers hats hooks jars kettles keys knives ladders lamps lids locks maps masks mirrors "
    "nails needles nets ovens paints pans pens pillows pins pipes plates plugs pots pumps rings ropes rugs rulers saws "
    "scarves screws shirts shoes shovels soaps spoons stamps stools straps tables tapes tents threads tiles tools "
    "towels trays tubes vases wheels whistles wires"
).split()
"""Words for things, each with a shelf of its own in a question."""

FILLER = (
    "The yard opens at seven and closes at six. Visitors sign the book at the gate. Forks of the lift trucks stay low "
    "while they move. Pallets that are damaged go to the repair corner. The scale is checked on the first of a month. "
)
"""A text about nothing that is asked, some 50 tokens; repeated, it makes a prompt longer."""

SIZES = {
    "follow": [(n, fillers, 5) for n in (5, 10, 20, 40, 60) for fillers in (0, 10, 30)],
    "rewrite": [(5, 1, 12), (10, 1, 12), (20, 1, 8), (40, 1, 5), (60, 1, 3)],
    "merge": [(10, 2, 9), (20, 2, 7), (20, 4, 7), (40, 4, 4), (40, 6, 3), (60, 6, 2)],
}
"""Of each kind: how many rules; fillers, or candidates; how many such questions."""

ASKED = 4
"""Rules that a question of kind ``follow`` needs, spread over the list."""


@dataclass(frozen=True)
class Question:
    """One prompt, and the items that its answer should hold.

    Attributes
    ----------
    rules
        How many rules stand in the prompt.
    candidates
        How many instructions are merged; 1 for other kinds.
    items
        Thing and shelf of each item that is looked for.
    places
        Where each item stands in the prompt, in [0, 1].
    """

    name: str
    kind: Kind
    rules: int
    candidates: int
    prompt: str
    items: tuple[tuple[str, int], ...]
    places: tuple[float, ...]

    def kept(self, answer: str) -> tuple[bool, ...]:
        """Return for each item whether a line of the answer names the thing with its shelf, and with no other."""
        lines = [(set(re.findall(r"[a-z]+", line)), re.findall(r"\d+", line)) for line in answer.lower().splitlines()]
        said = {thing: [numbers for words, numbers in lines if thing in words] for thing, _ in self.items}
        return tuple(any(numbers[-1:] == [str(shelf)] for numbers in said[thing]) for thing, shelf in self.items)


def questions(seed: int) -> list[Question]:
    """Return all questions, the same for equal seeds."""
    return [*_follow(seed), *_rewrite(seed), *_merge(seed)]


def _follow(seed: int) -> Iterator[Question]:
    # All cells in turn: a server that keeps prompts reads the text that the questions of a cell begin with once.
    for number in range(max(repetitions for _, _, repetitions in SIZES["follow"])):
        for n, fillers, repetitions in SIZES["follow"]:
            if number < repetitions:
                yield _asked(seed, n, fillers=fillers, number=number)


def _asked(seed: int, n: int, *, fillers: int, number: int) -> Question:
    rules = _rules(random.Random(f"{seed} follow {n} {fillers}"), n)
    rng = random.Random(f"{seed} follow {n} {fillers} {number}")
    strips = [range(n * part // ASKED, n * (part + 1) // ASKED) for part in range(ASKED)]
    asked = [rules[rng.choice(strip)] for strip in strips]
    order = ", ".join(thing for thing, _ in rng.sample(asked, len(asked)))
    prompt = (
        f"Rules of the store:\n{_lines(rules)}\n\n{FILLER * fillers}\n\nOrder: {order}.\nFor each thing of the order "
        "write one line with the thing and the number of its shelf, as the rules say, and nothing else."
    )
    return _question("follow", n, 1, prompt=prompt, items=asked, name=f"follow-{n}-{fillers}-{number}")


def _rewrite(seed: int) -> Iterator[Question]:
    for n, _, repetitions in SIZES["rewrite"]:
        for number in range(repetitions):
            rules = _rules(random.Random(f"{seed} rewrite {n} {number}"), n + 1)
            prompt = (
                f"This is the instruction of an agent:\n<instruction>\n{_lines(rules[:-1])}\n</instruction>\n\n"
                f"Write the whole instruction again, every line of it, with this line added:\n{_lines(rules[-1:])}\n"
                "Answer with the instruction and nothing else."
            )
            yield _question("rewrite", n, 1, prompt=prompt, items=rules[:-1], name=f"rewrite-{n}-{number}")


def _merge(seed: int) -> Iterator[Question]:
    for n, candidates, repetitions in SIZES["merge"]:
        for number in range(repetitions):
            rules = _rules(random.Random(f"{seed} merge {n} {candidates} {number}"), n)
            parts = [rules[n * part // candidates : n * (part + 1) // candidates] for part in range(candidates)]
            shown = "\n".join(
                f'<candidate number="{place}">\n{_lines(part)}\n</candidate>' for place, part in enumerate(parts, 1)
            )
            prompt = (
                f"These are {candidates} instructions for one agent:\n{shown}\n\nWrite one instruction that holds "
                "every line of all of them, each line once.\nAnswer with the instruction and nothing else."
            )
            name = f"merge-{n}-{candidates}-{number}"
            yield _question("merge", n, candidates, prompt=prompt, items=rules, name=name)


def _question(
    kind: Kind, rules: int, candidates: int, *, prompt: str, items: Sequence[tuple[str, int]], name: str
) -> Question:
    places = tuple(prompt.index(_lines([item])) / len(prompt) for item in items)
    return Question(name, kind, rules, candidates, prompt=prompt, items=tuple(items), places=places)


def _rules(rng: random.Random, n: int) -> list[tuple[str, int]]:
    return list(zip(rng.sample(THINGS, n), rng.sample(range(10, 100), n), strict=True))


def _lines(rules: Sequence[tuple[str, int]]) -> str:
    return "\n".join(f"- For {thing} use shelf {shelf}." for thing, shelf in rules)


class Questions:
    """The questions as test tasks, each a category of its kind; the score is the share of items kept.

    Parameters
    ----------
    data_seed
        Which rules are drawn.
    every
        Only every so many-th question, for a quick look.
    """

    def __init__(self, data_seed: int = 0, every: int = 1) -> None:
        self._seed = data_seed
        self._questions = {question.name: question for question in questions(data_seed)[::every]}

    def describe(self) -> Description:
        """See `Environment.describe`."""
        return Description(
            name="calibration",
            version="1",
            scorer_version="1",
            data_checksum=f"questions-1-{self._seed}-{len(self._questions)}",
            purpose="The agent answers what it is asked.",
            categories=("follow", "rewrite", "merge"),
            generated=True,
            groups=("cell",),
        )

    def initial_modules(self) -> Modules:
        """See `Environment.initial_modules`."""
        return Modules.of_instruction("Answer exactly as you are asked to.")

    def tasks(self, split: Split) -> Sequence[Task]:
        """Return the questions as test tasks; for training there is a single one that is never asked."""
        if split == "train":
            return [Task("train-0", "Nothing is asked here.", "nothing", "follow")]
        return [
            Task(name, question.prompt, _lines(question.items), question.kind)
            for name, question in self._questions.items()
        ]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        """Ask once."""
        system = Message("system", modules.instruction())
        said = await agent.complete([system, Message("user", task.query)])
        if task.id not in self._questions:
            return Trajectory(task.id, (), said.text, success=False, score=0.0)
        question = self._questions[task.id]
        kept = question.kept(said.text)
        notes: dict[str, Note] = {
            "cell": question.name.rpartition("-")[0],
            "kept": "".join("01"[one] for one in kept),
            "tokens": said.usage.prompt,
        }
        score = sum(kept) / len(kept)
        return Trajectory(task.id, (Step(said.text, ""),), said.text[:200], score == 1.0, score, notes)
