"""GAIA as an environment: its contract, its sandbox over event loops, what it says of tools, and a run."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from envs.gaia.environment import GAIA
from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock
from envs.gaia.toolbox import CALCULATE, PLAIN, READ
from harness.core.domain import Modules, Tool, Toolbox
from harness.core.environment import Agreement, ToolChecker
from harness.core.errors import ConfigError
from harness.records.folder import RunFolder
from harness.run.roles.toolmerging import renamed
from harness.simulated.skills.tools.library import CRAFTS, Draft, written
from harness.testing import check_environment
from tests.processes import descendants

from .agents import Scripted, calling, saying

pytestmark = pytest.mark.skipif(
    why_not_bwrap() is not None and why_not_landlock() is not None, reason="no sandbox works here"
)


MODES = {"bwrap": why_not_bwrap, "landlock": why_not_landlock}


def as_tool(draft: Draft) -> Tool:
    return Tool(draft.name, draft.description, parameters=draft.parameters, source=draft.source)


def test_it_keeps_the_contract() -> None:
    gaia = GAIA(train_size=15, test_size=10)
    check_environment(gaia)
    assert isinstance(gaia, ToolChecker)
    assert gaia.describe().generated
    assert not gaia.describe().sensitive


def test_whoever_writes_tools_reads_what_they_have_to_work_with() -> None:
    purpose = GAIA(call_seconds=7, max_observation=1234).describe().purpose
    assert all(words in purpose for words in ("7 seconds", "512 MiB", "1,234 letters", "openpyxl", "search(query)"))


def test_levels_keep_their_shares_and_sizes_do_not_move_each_other() -> None:
    gaia = GAIA()
    assert Counter(task.category for task in gaia.tasks("test")) == {"Level 1": 24, "Level 2": 24, "Level 3": 12}
    train = gaia.tasks("train")
    assert len(train) == 36
    files = [task.payload for task in train if task.payload is not None]
    assert files
    assert all(isinstance(file, Path) and file.is_file() for file in files)
    assert GAIA(data_seed=1).describe().data_checksum != gaia.describe().data_checksum


def test_the_sandbox_serves_one_loop_after_another_and_is_closed_with_each() -> None:
    gaia = GAIA(train_size=10, test_size=5)
    task = next(task for task in gaia.tasks("train") if str(task.payload).endswith((".csv", ".json", ".xml", ".html")))

    def play() -> str:
        path = task.payload.name
        agent = Scripted([calling("read_text_file", {"path": path}), saying(f"FINAL ANSWER: {task.truth}")])
        before = set(descendants(os.getpid()))
        trajectory = asyncio.run(gaia.rollout(gaia.initial_modules(), task, agent))
        assert set(descendants(os.getpid())) <= before
        assert trajectory.success
        [(kind, inputs)] = agent.effects
        assert kind == "tool"
        assert list(inputs["files"]) == [path]
        assert task.truth not in json.dumps(inputs)
        return trajectory.steps[0].observation

    first = play()
    assert first == play()
    assert "town" in first


@pytest.mark.parametrize("mode", MODES)
def test_a_task_reads_its_own_file_and_no_other(mode: str) -> None:
    if (reason := MODES[mode]()) is not None:
        pytest.skip(reason)
    gaia = GAIA(train_size=10, test_size=5, sandbox=mode)  # type: ignore[arg-type]
    tasks = [task for task in gaia.tasks("train") if task.payload is not None]
    other = str(tasks[1].payload)
    source = f"""
import os
def look():
    try:
        open({other!r})
    except OSError as error:
        return [os.listdir("."), type(error).__name__, os.path.exists({other!r})]
"""
    spy = Tool("look", "Look around.", parameters={"type": "object", "properties": {}}, source=source)
    agent = Scripted([calling("look", {}), saying("FINAL ANSWER: x")])
    seen = asyncio.run(gaia.rollout(Modules({"toolbox": Toolbox((spy,))}, ("toolbox",)), tasks[0], agent))
    files, refusal, exists = json.loads(seen.steps[0].observation)
    assert files == [tasks[0].payload.name]
    # Landlock refuses to open a file; that it exists can be seen (docs/sandbox.md).
    assert (refusal, exists) == (("FileNotFoundError", False) if mode == "bwrap" else ("PermissionError", True))


def test_what_it_says_of_tools() -> None:
    gaia = GAIA(train_size=5, test_size=5)
    tools = {ability: as_tool(written(craft, craft.names[0])) for ability, craft in CRAFTS.items()}
    one, other = tools["pdf"], renamed(tools["pdf"], "other_name")
    wrong = Tool(one.name, one.description, parameters=one.parameters, source=one.source.replace("import pypdf\n", ""))

    async def ask() -> None:
        assert [await gaia.check_tool(tool) for tool in PLAIN.tools] == [None] * len(PLAIN.tools)
        assert {ability: await gaia.check_tool(tool) for ability, tool in tools.items()} == dict.fromkeys(tools)
        assert "NameError" in str(await gaia.check_tool(wrong))
        assert "does not parse" in str(await gaia.check_tool(Tool("x", "", parameters={}, source="def x(:")))
        assert (await gaia.agreement(one, other)).same
        assert not (await gaia.agreement(one, tools["sheets"])).same
        assert not (await gaia.agreement(READ, CALCULATE)).same
        broken = Tool("broken", "", parameters=one.parameters, source="def broken(path, good):\n    raise ValueError")
        assert await gaia.agreement(broken, renamed(broken, "broken_2")) == Agreement(0, 0)

    asyncio.run(ask())


def test_tools_are_tried_on_the_files_of_training_tasks() -> None:
    gaia = GAIA(train_size=15, test_size=5)
    tasks = gaia.tasks("train")
    number, task = next((n, one) for n, one in enumerate(tasks) if isinstance(one.payload, Path))
    line = gaia.files(tasks)[number]
    assert line.startswith(f"{task.payload.name}: {task.payload.stat().st_size:,} bytes, ")
    assert "begins with '" in line
    size = Tool(
        "size",
        "",
        parameters={"type": "object", "properties": {}},
        source="import os\n\n\ndef size():\n    return os.listdir()\n",
    )
    fails = Tool("fails", "", parameters=size.parameters, source="def fails():\n    raise ValueError('no')\n")

    async def tried() -> list[str]:
        return [await gaia.try_tool(tool, {}, task) for tool in (size, fails)]

    listed, error = asyncio.run(tried())
    assert json.loads(listed) == [task.payload.name]
    assert error.startswith("Error: ValueError: no")


def test_tools_run_after_their_library() -> None:
    gaia = GAIA(train_size=5, test_size=5)
    tool = Tool("a", "", parameters={"type": "object", "properties": {}}, source="def a():\n    return twice(21)\n")
    box = Toolbox((tool,), "def twice(n):\n    return 2 * n\n")
    agent = Scripted([calling("a", {}), calling("b", {}), saying("FINAL ANSWER: x")])
    seen = asyncio.run(gaia.rollout(Modules({"toolbox": box}, ("toolbox",)), gaia.tasks("train")[0], agent))
    assert [(step.tool, step.failed) for step in seen.steps] == [("a", False), ("", True)]
    assert seen.steps[0].observation == "42"


@pytest.mark.slow
def test_a_run_learns_tools_and_keeps_them(tmp_path: Path) -> None:
    from harness.run.execute import execute
    from harness.run.plan import plan
    from harness.run.progress.events import Silence
    from tests.harness.run.composed import composed

    words = ("env=gaia", "method=fgo", "env.train_size=12", "env.test_size=15", "protocol.steps=8")
    ready = plan(composed(*words, "protocol.subsets=2", "seed=1", f"results_dir={tmp_path}"))
    result = execute(ready, Silence())
    assert set(result.score["test"].by_category) == {"Level 1", "Level 2", "Level 3"}
    assert result.score["test"].mean > result.score["vanilla"].mean
    folder: RunFolder = ready.folder
    lineage = folder.read_lineage()
    assert lineage is not None
    learned = folder.read_modules(lineage.final)["toolbox"]
    assert isinstance(learned, Toolbox)
    assert learned.digest != PLAIN.digest
    text = (folder.path / "module.txt").read_text()
    compile(text, "module.txt", "exec")
    assert all(f"def {tool.name}(" in text for tool in learned.tools)
    path = folder.path / "modules" / f"{lineage.final[:12]}.json"
    again = plan(composed("env=gaia", "method=vanilla", f"env.initial_module={path}", f"results_dir={tmp_path}"))
    assert again.initial["toolbox"].digest == learned.digest


def test_without_a_sandbox_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("envs.gaia.sandbox.choice.why_not_bwrap", lambda: "no bwrap")
    gaia = GAIA(train_size=5, test_size=5, sandbox="bwrap")
    agent = Scripted([calling("calculator", {"expression": "1"}), saying("FINAL ANSWER: 1")])
    with pytest.raises(ConfigError, match="no sandbox, so no tool is run: no bwrap"):
        asyncio.run(gaia.rollout(gaia.initial_modules(), gaia.tasks("train")[0], agent))
