"""The words of the paper as types. Read this file first.

An **agent** is steered by **modules** (its parameters). It acts on a **task** and leaves a **trajectory**; an
evaluator reads that and writes an **evaluation** (the textual gradient). Trajectories and evaluations together are
the **evidence** from which an optimizer writes the next module. A **candidate** is a set of modules with the tasks
that it was trained on and how it performed on them.

All types are frozen. Nothing here does any work beyond counting and digesting itself.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any


class Role(StrEnum):
    """Who speaks to a model. Each role has its own backbone, prompt template and typed answer."""

    AGENT = "agent"
    EVALUATOR = "evaluator"
    OPTIMIZER = "optimizer"
    MERGER = "merger"


class Purpose(StrEnum):
    """What a model call or a rollout is for.

    Purposes never share rollouts: a score that chose a module never serves again to report it. A probe is the short
    question that shows, after a provider refused a call, whether the model still answers.
    """

    EXPLORE = "explore"
    EVALUATE = "evaluate"
    OPTIMIZE = "optimize"
    MERGE = "merge"
    BACKTEST = "backtest"
    GATE = "gate"
    VALIDATE = "validate"
    TEST = "test"
    PROBE = "probe"


def digest(value: Any) -> str:
    """Return the SHA-256 (64 hex digits) of a JSON-like value in its canonical form.

    Parameters
    ----------
    value
        Anything that ``json`` can write; keys are sorted, so dictionaries that are equal have equal digests.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Task:
    """A query with its ground truth.

    Attributes
    ----------
    id
        Unique within its environment, across splits.
    query
        What the agent is asked.
    truth
        The ground truth as text. The evaluator reads it; the agent never does.
    category
        The row of the result tables that it counts in (ALFWorld: the task type).
    payload
        What the environment needs to play it, and nobody else looks at: a path rather than its content, so that
        memory stays flat in the number of tasks.
    """

    id: str
    query: str
    truth: str
    category: str
    payload: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Instruction:
    """A module that is text: it stands in the agent's prompt."""

    text: str
    kind = "instruction"

    @cached_property
    def digest(self) -> str:
        """Content digest (64 hex digits)."""
        return digest([self.kind, self.text])


@dataclass(frozen=True)
class Tool:
    """One tool of a toolbox.

    Attributes
    ----------
    name, description
        What the agent sees.
    parameters
        JSON Schema of the arguments.
    source
        Python source that defines a function called `name`. It runs only in the sandbox.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    source: str


@dataclass(frozen=True)
class Toolbox:
    """A module that is code: the tools that the agent may call.

    Attributes
    ----------
    library
        Python source that runs before a tool's own: what tools share.
    """

    tools: tuple[Tool, ...] = ()
    library: str = ""
    kind = "toolbox"

    @cached_property
    def digest(self) -> str:
        """Content digest (64 hex digits)."""
        tools = [[t.name, t.description, dict(t.parameters), t.source] for t in self.tools]
        return digest([self.kind, tools, self.library] if self.library else [self.kind, tools])

    def code(self, tool: Tool) -> str:
        """Return all the source that runs when a tool is called."""
        return f"{self.library.rstrip()}\n\n\n{tool.source}" if self.library else tool.source


Module = Instruction | Toolbox


@dataclass(frozen=True)
class Modules:
    """The agent's parameters: named modules, and which of them are trainable (Section 2.1)."""

    parts: Mapping[str, Module]
    trainable: tuple[str, ...]

    def __getitem__(self, name: str) -> Module:
        return self.parts[name]

    @cached_property
    def digest(self) -> str:
        """Content digest (64 hex digits); names count, order does not."""
        return digest({name: module.digest for name, module in self.parts.items()})

    @property
    def text(self) -> str:
        """What the trainable modules say: instructions, libraries, and the names, descriptions and sources of tools."""
        texts = []
        for name in self.trainable:
            module = self.parts[name]
            if isinstance(module, Instruction):
                texts.append(module.text)
            else:
                texts += [module.library] if module.library else []
                texts.extend(f"{tool.name}\n{tool.description}\n{tool.source}" for tool in module.tools)
        return "\n".join(texts)

    def instruction(self, name: str = "instruction") -> str:
        """Return the text of the instruction module called `name`."""
        module = self.parts[name]
        if not isinstance(module, Instruction):
            raise TypeError(f"module {name!r} is a {module.kind}, not an instruction")
        return module.text

    def with_module(self, name: str, module: Module) -> Modules:
        """Return a copy in which the module called `name` is `module`."""
        return replace(self, parts={**self.parts, name: module})

    @staticmethod
    def of_instruction(text: str) -> Modules:
        """Return the modules of an agent that has one trainable instruction."""
        return Modules({"instruction": Instruction(text)}, ("instruction",))


@dataclass(frozen=True, slots=True)
class Usage:
    """What model calls took.

    Attributes
    ----------
    calls
        How many.
    prompt, cached, completion, reasoning
        Tokens; `cached` is the part of `prompt` that the provider served from its prefix cache, `reasoning` the part
        of `completion` that was not shown.
    usd
        US dollars; None where a price is unknown (never 0 for unknown).
    seconds
        Latency, summed.
    estimated
        Of how many calls the tokens were counted here, since the provider did not report them.
    """

    calls: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    reasoning: int = 0
    usd: float | None = 0.0
    seconds: float = 0.0
    estimated: int = 0

    def __add__(self, other: Usage) -> Usage:
        usd = None if self.usd is None or other.usd is None else self.usd + other.usd
        return Usage(
            self.calls + other.calls,
            self.prompt + other.prompt,
            cached=self.cached + other.cached,
            completion=self.completion + other.completion,
            reasoning=self.reasoning + other.reasoning,
            usd=usd,
            seconds=self.seconds + other.seconds,
            estimated=self.estimated + other.estimated,
        )

    @staticmethod
    def total(usages: Iterable[Usage]) -> Usage:
        """Return the sum; the empty sum is free."""
        return sum(usages, Usage())


Note = str | int | float | list[str]
"""The value of a note on a trajectory."""


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of an agent: what it thought, did and saw.

    Attributes
    ----------
    tool
        The tool of a toolbox that was called, if one was.
    failed
        Whether that call gave an error.
    """

    action: str
    observation: str
    thought: str = ""
    tool: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What one agent did on one task.

    A rollout that the infrastructure broke has no trajectory: it raises `InfrastructureError`.

    Attributes
    ----------
    success
        Whether the environment calls it solved.
    score
        In [0, 1]; the tables report its mean. Equal to `success` where an environment has nothing finer.
    notes
        Facts about the episode that tables and pages may show (steps taken, why it ended). A list holds several
        values of one fact. Notes never reach a prompt.
    """

    task_id: str
    steps: tuple[Step, ...]
    answer: str
    success: bool
    score: float
    notes: Mapping[str, Note] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The textual gradient: a post-hoc evaluator's reading of one trajectory (Section 3.2).

    Attributes
    ----------
    verdict
        ``correct`` or ``incorrect``: the trajectory's outcome.
    failed, pattern, advice
        What went wrong, the behaviour behind it, what the module should say. Of a success at most advice.
    source
        What the right answer is read from; never the answer itself.
    """

    verdict: str
    failed: str
    pattern: str
    advice: str
    source: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing for an optimizer to read."""
        return not (self.failed or self.pattern or self.advice or self.source)


@dataclass(frozen=True, slots=True)
class Experience:
    """One task, what the agent did on it, and what the evaluator wrote about that."""

    task: Task
    trajectory: Trajectory
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class ToolUse:
    """How often a tool was called, and how many of the calls gave an error."""

    calls: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a performance needs of a trajectory, which may be long.

    Attributes
    ----------
    called
        The tools of a toolbox that were called, in order, and whether the call gave an error.
    """

    score: float
    called: tuple[tuple[str, bool], ...] = ()

    @staticmethod
    def of(trajectory: Trajectory) -> Outcome:
        """Return what a trajectory came to."""
        score = _COMMON.get(trajectory.score, trajectory.score)
        return Outcome(score, tuple((step.tool, step.failed) for step in trajectory.steps if step.tool))


_COMMON = {0.0: 0.0, 1.0: 1.0}
"""Scores that nearly all trajectories have, so that a run holds each once."""


@dataclass(frozen=True, slots=True)
class Performance:
    """How modules did on tasks, in one purpose.

    Attributes
    ----------
    scores
        Task id to score in [0, 1], in task order.
    categories
        Task id to category.
    tools
        Name of a tool to its use, for those that were called.
    """

    scores: Mapping[str, float]
    categories: Mapping[str, str]
    tools: Mapping[str, ToolUse] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of tasks."""
        return len(self.scores)

    @property
    def mean(self) -> float:
        """Mean score in [0, 1]; 0.0 over no tasks."""
        return sum(self.scores.values()) / self.n if self.n else 0.0

    def by_category(self) -> dict[str, Performance]:
        """Split by category, in order of first appearance."""
        parts: dict[str, dict[str, float]] = {}
        for task, score in self.scores.items():
            parts.setdefault(self.categories[task], {})[task] = score
        return {name: Performance(scores, self.categories) for name, scores in parts.items()}

    @staticmethod
    def of(tasks: Iterable[Task], outcomes: Iterable[Trajectory | Outcome]) -> Performance:
        """Return the performance that these outcomes show; tasks and outcomes run in parallel."""
        pairs = [
            (task, each if isinstance(each, Outcome) else Outcome.of(each))
            for task, each in zip(tasks, outcomes, strict=True)
        ]
        calls = Counter(name for _, outcome in pairs for name, _ in outcome.called)
        failed = Counter(name for _, outcome in pairs for name, error in outcome.called if error)
        tools = {name: ToolUse(count, failed[name]) for name, count in calls.items()}
        return Performance({t.id: o.score for t, o in pairs}, {t.id: t.category for t, _ in pairs}, tools)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Trajectories and their evaluations, in task order; a task drawn twice stands twice."""

    experiences: tuple[Experience, ...]

    def __iter__(self) -> Iterator[Experience]:
        return iter(self.experiences)

    def __len__(self) -> int:
        return len(self.experiences)

    @property
    def performance(self) -> Performance:
        """How the explored modules did."""
        return Performance.of((e.task for e in self), (e.trajectory for e in self))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Modules, the tasks that they were trained on, and how they performed on them."""

    modules: Modules
    tasks: tuple[Task, ...]
    performance: Performance
