"""GAIA as an environment: questions to a general assistant with files and tools; its tools are what is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from envs.gaia import scorer
from envs.gaia.agent import Bounds, observed, play, query
from envs.gaia.files import described
from envs.gaia.generated import GeneratedQuestions
from envs.gaia.live import LiveWeb
from envs.gaia.question import LEVELS, Question, Source
from envs.gaia.reference import REFERENCE
from envs.gaia.sandbox import JSON, Limits
from envs.gaia.sandbox.choice import Mode
from envs.gaia.snapshot import SnapshotQuestions, downloaded
from envs.gaia.toolbox import PLAIN
from envs.gaia.web import Web
from envs.gaia.workshop import Workshop
from harness.core.domain import Modules, Task, Tool, Toolbox, Trajectory, digest
from harness.core.environment import AgentModel, Agreement, Description, Split
from harness.core.errors import ConfigError

PURPOSE = (
    "The agent is a general assistant that answers questions about attached files and pages of the web. It reads, "
    "searches and computes by tools alone, and its answer must match exactly."
)
_MODULE = "toolbox"


class GAIA:
    """GAIA, a benchmark for general AI assistants (Mialon et al. 2023; Section 4.1 of the paper).

    Parameters
    ----------
    data
        ``generated`` (seeded, no download); ``real``: the gated data set from the hub, or a snapshot of it in
        `data_dir`; ``auto``: real where `data_dir` is given or the hub's cache has it, else generated.
    data_dir
        A folder of the hub's layout.
    data_seed
        Which tasks are generated, or drawn.
    train_size, test_size
        How many; the levels keep their shares.
    web, search_url
        ``offline``: the generated pages (of real data: none). ``live``: the web itself, searched through a SearXNG
        instance; see `envs.gaia.live`.
    sandbox
        ``bwrap``, ``landlock``, or ``auto``: the first of these that works here.
    max_steps
        Turns of the agent.
    call_seconds, tool_seconds
        What one tool call, and all of a task, may take.
    max_observation
        Letters of a tool's result that the agent reads.
    """

    def __init__(
        self,
        data: Literal["generated", "real", "auto"] = "generated",
        data_dir: str | None = None,
        *,
        data_seed: int = 0,
        train_size: int = 36,
        test_size: int = 60,
        web: Literal["offline", "live"] = "offline",
        search_url: str | None = None,
        sandbox: Mode = "auto",
        max_steps: int = 30,
        call_seconds: float = 20.0,
        tool_seconds: float = 300.0,
        max_observation: int = 20_000,
    ) -> None:
        _choice("data", data, known=("generated", "real", "auto"))
        _choice("web", web, known=("offline", "live"))
        if search_url is not None and web != "live":
            raise ConfigError("env.search_url is for env.web=live")
        _choice("sandbox", sandbox, known=("auto", "bwrap", "landlock"))
        for name, number in {"train_size": train_size, "test_size": test_size, "max_steps": max_steps}.items():
            if not isinstance(number, int) or isinstance(number, bool) or number < 1:
                raise ConfigError(f"env.{name}={number!r} must be a positive number")
        for name, amount in {
            "call_seconds": call_seconds,
            "tool_seconds": tool_seconds,
            "max_observation": max_observation,
        }.items():
            if not isinstance(amount, int | float) or isinstance(amount, bool) or amount <= 0:
                raise ConfigError(f"env.{name}={amount!r} must be a positive number")
        self._abilities: dict[str, tuple[str, ...]] = {}
        self._bounds = Bounds(max_steps, tool_seconds, max_observation)
        self._source = _source(data, data_dir, seed=data_seed, sizes={"train": train_size, "test": test_size})
        limits = Limits(wall=call_seconds, cpu=max(1, int(call_seconds)))
        self._live = digest(["live", search_url]) if web == "live" else ""
        pages = () if self._live else self._source.pages()
        identity = self._live or digest([[page.url, page.title, page.text] for page in pages])
        self._workshop = Workshop(
            sandbox, lambda: LiveWeb(search_url) if self._live else Web(pages), web_identity=identity, limits=limits
        )

    def describe(self) -> Description:
        """See `Environment.describe`."""
        return Description(
            name="gaia",
            version="2",
            scorer_version=scorer.VERSION,
            data_checksum=self._checksum,
            purpose=f"{PURPOSE} {self._workshop.description(self._bounds.letters)}",
            categories=tuple(map(_category, LEVELS)),
            generated=not self._source.sensitive,
            sensitive=self._source.sensitive,
            groups=() if self._source.sensitive else ("abilities",),
        )

    def initial_modules(self) -> Modules:
        """See `Environment.initial_modules`."""
        return Modules({_MODULE: PLAIN}, (_MODULE,))

    def reference_modules(self) -> Mapping[str, Modules]:
        """Return a toolbox written by hand for the generated tasks; nothing for the real ones."""
        return {} if self._source.sensitive else {"toolbox": Modules({_MODULE: REFERENCE}, (_MODULE,))}

    def tasks(self, split: Split) -> Sequence[Task]:
        """See `Environment.tasks`."""
        questions = self._source.select(split)
        self._abilities |= {question.id: question.abilities for question in questions}
        return [_task(question) for question in questions]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        """See `Environment.rollout`."""
        toolbox = modules[_MODULE]
        if not isinstance(toolbox, Toolbox):
            raise ConfigError(f"the module {_MODULE!r} must be a toolbox, not an {toolbox.kind}")
        file = task.payload if isinstance(task.payload, Path) else None

        async def call(tool: Tool, arguments: Mapping[str, JSON]) -> Any:
            complete = replace(tool, source=toolbox.code(tool))
            return await self._workshop.call(agent, complete, arguments=arguments, file=file)

        played = await play(task, toolbox, call=call, agent=agent, bounds=self._bounds)
        abilities = self._abilities.get(task.id, ())
        return replace(played, notes={**played.notes, "abilities": list(abilities)}) if abilities else played

    async def check_tool(self, tool: Tool) -> str | None:
        """See `ToolChecker.check_tool`."""
        return await self._workshop.check(tool)

    async def agreement(self, one: Tool, other: Tool) -> Agreement:
        """See `ToolChecker.agreement`."""
        return await self._workshop.agreement(one, other)

    def files(self, tasks: Sequence[Task]) -> Sequence[str]:
        """See `ToolTrials.files`."""
        return [described(task.payload) if isinstance(task.payload, Path) else "" for task in tasks]

    async def try_tool(self, tool: Tool, arguments: Mapping[str, Any], task: Task) -> str:
        """See `ToolTrials.try_tool`."""
        file = task.payload if isinstance(task.payload, Path) else None
        return observed(await self._workshop.try_out(tool, arguments, file=file), self._bounds.letters)

    @cached_property
    def _checksum(self) -> str:
        own = self._source.checksum()
        return digest([own, self._live]) if self._live else own


def _source(data: str, data_dir: str | None, *, seed: int, sizes: Mapping[Split, int]) -> Source:
    folder = None if data_dir is None else Path(data_dir).expanduser()
    if data == "generated" and folder is not None:
        raise ConfigError(f"env.data_dir={data_dir} is a snapshot of the real data: set env.data=real with it")
    if folder is None and data != "generated":
        folder = downloaded(only_if_here=data == "auto")
    if folder is None:
        return GeneratedQuestions(seed, sizes)
    if not folder.is_dir():
        raise ConfigError(f"env.data_dir={folder} is not a folder")
    return SnapshotQuestions(folder, seed, sizes=sizes)


def _task(question: Question) -> Task:
    return Task(
        id=question.id,
        query=query(question.text, question.file),
        truth=question.answer,
        category=_category(question.level),
        payload=question.file,
    )


def _category(level: int) -> str:
    return f"Level {level}"


def _choice(name: str, value: object, *, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(f"env.{name}={value}: choose one of {', '.join(known)}")
