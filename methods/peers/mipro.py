"""MIPRO: instructions proposed from a data summary and demonstrations, and a Bayesian search over both.

Source: Opsahl-Ong et al., "Optimizing Instructions and Demonstrations for Multi-Stage Language Model Programs" (arXiv
2406.11695); package `dspy` 3.4 (MIPROv2), which does the search itself: extra `dspy`.
Reading: the untouched agent plays a fifth of the training tasks. Sets of its successes become demonstrations; the
optimizer sums the tasks up and writes an instruction for each set, from summary, demonstrations and a tip. A
tree-structured Parzen estimator then chooses pairs of instruction and demonstrations, trial by trial: each is scored on
a minibatch of the other training tasks, and every `full_every` trials the pair with the best average is scored in full.
The best in full is returned.
Differences: a full evaluation is on the run's validation tasks, so that none of them is in a minibatch; demonstrations
stand below the instruction, cut to 6,000 letters each; no labels as demonstrations; the program is not described to the
optimizer, its purpose is; prompts have the harness's form. Where a budget is matched, trials go on until it is used.
Toolboxes: no. Proposals and demonstrations are texts in a prompt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar

from harness.core.domain import Instruction, Modules, Role, Task
from harness.core.errors import AnswerError, ConfigError
from harness.core.extras import install
from harness.core.lab import Lab, Work
from harness.run.roles.optimizer import read as read_instruction
from methods import checked, prompting
from methods.peers.packaged.bridge import Bridge, Ended, in_thread
from methods.peers.packaged.proposals import Request, attempted, below
from methods.peers.pool import Member, best_of, first_member, only_instruction

TEMPLATE = Path(__file__).parent / "prompts" / "mipro.j2"

VIEWED, VIEWS = 10, 10
"""Tasks that a call of the data summary reads, and the most such calls; one more sums up what they say."""


@dataclass(frozen=True)
class MIPRO:
    """Search instructions and demonstrations together.

    Parameters
    ----------
    steps
        Optimizer calls in all, at most: the data summary's (left out where they were more than half), and proposals.
    candidates
        The most instructions, and sets of demonstrations.
    demos
        The most demonstrations below an instruction; 0 searches instructions alone.
    minibatch
        Tasks of a trial. Where there are no more to draw from, every trial is a full evaluation.
    full_every
        Trials between two full evaluations.
    package
        Versions of the packages that search; found when the command is typed.
    """

    steps: int
    candidates: int = 18
    demos: int = 4
    minibatch: int = 35
    full_every: int = 5
    package: str = ""

    version: ClassVar[str] = f"1-{prompting.digest(TEMPLATE)}"

    def __post_init__(self) -> None:
        for name in ("steps", "candidates", "minibatch", "full_every"):
            checked.whole(name, getattr(self, name))
        checked.whole("demos", self.demos, least=0)
        if not versions():
            raise ConfigError(f"method=mipro needs dspy and optuna: {install('dspy')}")

    @staticmethod
    def described(given: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG004
        """Return the versions of the packages, as a setting that is recorded: another version is another run."""
        return {"package": versions()}

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the pair with the best full evaluation; the initial instruction competes too."""
        from methods.peers.packaged import dspy_program

        name = only_instruction(lab.initial, "mipro")
        order = [tasks[i] for i in lab.rng("split").permutation(len(tasks))]
        first = max(1, len(order) // 5)
        numbers = range(first, len(order)) or range(first)
        search = Search(lab, name, tasks=order, in_full=len(numbers) <= self.minibatch, pool=[await first_member(lab)])
        evidence = await lab.explore(lab.initial, order[:first], evaluate=False)
        views = min(VIEWS, -(-first // VIEWED)) + 1
        summary = self.steps >= 2 * views
        candidates = min(self.candidates, self.steps - views * summary)
        counted = lab.budget()["match"] in ("steps", "chain")
        settings = dspy_program.Settings(
            candidates=candidates,
            demos=self.demos,
            trials=None if counted else candidates**2,
            minibatch=None if search.in_full else self.minibatch,
            full_every=self.full_every,
            summary=summary,
            seed=int(lab.rng("search").integers(1, 2**31)),
        )

        def blocking(bridge: Bridge) -> None:
            dspy_program.search(
                lab.initial.instruction(name),
                [attempted(item) for item in evidence],
                numbers,
                settings=settings,
                ask=lambda *request: bridge(search.ask(*request)),
                score=lambda *pair: bridge(search.score(*pair)),
            )

        await in_thread(blocking)
        lab.note("pool", scores=[member.performance.mean for member in search.pool])
        return best_of(search.pool).modules


@dataclass
class Search:
    """What the package asks for, done on the Lab, and what came of it.

    Attributes
    ----------
    in_full
        Whether every trial is a full evaluation.
    pool
        What was evaluated in full.
    trials
        Pairs that were only tried on minibatches, with their scores there.
    """

    lab: Lab
    name: str
    tasks: Sequence[Task]
    in_full: bool
    pool: list[Member]
    trials: dict[str, tuple[Modules, list[float]]] = field(default_factory=dict)
    asked: int = 0

    async def ask(self, request: Request) -> str:
        """Ask the optimizer's model; what cannot be read as an instruction leaves the one that is there."""
        self.asked += 1
        current = request.instruction
        try:
            return await prompting.ask(
                self.lab,
                Role.OPTIMIZER,
                template=TEMPLATE,
                read=str.strip if current is None else lambda text: read_instruction(text).text,
                tries=1,
                attempt=self.asked,
                request=request,
            )
        except AnswerError as error:
            self.lab.note("unread", reason=str(error))
            return current or ""

    async def score(self, instruction: str, demonstrations: Sequence[str], numbers: Sequence[int] | None) -> float:
        """Return the mean score of a pair on tasks by number, or (None) on the validation tasks.

        Raises
        ------
        Ended
            If the budget does not reach for another trial. The best of the others is then evaluated in full.
        """
        modules = self.lab.initial.with_module(self.name, Instruction(below(instruction, demonstrations)))
        if numbers is None:
            return await self.full(modules)
        batch = [self.tasks[number] for number in numbers]
        if not self.lab.another_step(batch, then=Work(self.lab.validation)):
            if left := [trial for digest, trial in self.trials.items() if digest not in self.scored()]:
                await self.full(max(left, key=lambda trial: sum(trial[1]) / len(trial[1]))[0])
            raise Ended
        self.noted(modules)
        mean = (await self.lab.gate(modules, batch)).mean
        self.trials.setdefault(modules.digest, (modules, []))[1].append(mean)
        return mean

    async def full(self, modules: Modules) -> float:
        """Validate; the initial modules were, before the search."""
        if modules.digest == self.lab.initial.digest:
            return self.pool[0].performance.mean
        if self.in_full and not self.lab.another_step(then=Work(self.lab.validation)):
            raise Ended
        self.noted(modules)
        self.pool.append(Member(modules, await self.lab.validate(modules)))
        return self.pool[-1].performance.mean

    def scored(self) -> set[str]:
        """Return the digests of what was evaluated in full."""
        return {member.modules.digest for member in self.pool}

    def noted(self, modules: Modules) -> None:
        """Record modules that are new."""
        if modules.digest not in self.scored() | self.trials.keys():
            self.lab.record("propose", modules, [self.lab.initial])


def versions() -> str:
    """Return the versions of the packages that search; empty where one is missing."""
    try:
        return f"dspy {version('dspy')}, optuna {version('optuna')}"
    except PackageNotFoundError:
        return ""
