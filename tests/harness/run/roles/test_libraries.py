"""The library part of toolboxes: what tools share stands once, and merging never breaks a tool that uses it."""

from __future__ import annotations

import ast
import json
import time
from typing import Any

import pytest

from harness.core.domain import Candidate, Modules, Performance, Task, Tool, Toolbox, Usage
from harness.core.environment import Agreement
from harness.core.messages import Answer, Message
from harness.run.roles import rendering, toolmerging
from harness.run.roles.libraries import definitions, joined, moved, needed, only_needed, whole
from harness.run.roles.prompting import Prompts
from harness.run.roles.toolmaking import Made, write_toolbox
from harness.run.roles.toolmerging import distinct, group, merge_toolboxes

NONE = {"type": "object", "properties": {}}
LIBRARY = """import io

LIMIT = 3


def load(n):
    return io.StringIO(str(n + LIMIT)).read()


def other():
    return 1
"""
PROMPT = [Message("user", "change it")]


def tool(name: str, body: str, before: str = "") -> Tool:
    return Tool(name, f"Does {name}.", parameters=NONE, source=f"{before}def {name}():\n    return {body}\n")


def result(box: Toolbox, name: str) -> Any:
    """Run a tool of these tests as a sandbox does."""
    names: dict[str, Any] = {}
    exec(box.code(next(one for one in box.tools if one.name == name)), names)
    return names[name]()


async def runs(one: Tool) -> str | None:
    names: dict[str, Any] = {}
    try:
        exec(one.source, names)
        names[one.name]()
    except Exception as error:
        return repr(error)
    return None


def answers(*said: object) -> Any:
    left = list(said)

    async def ask(_: object, __: int) -> Answer:
        return Answer(json.dumps(left.pop(0) if len(left) > 1 else left[0]), Usage())

    return ask


def test_a_tool_needs_what_it_uses_directly_or_not() -> None:
    assert [sorted(one.defines) for one in needed(tool("a", "load(1)"), LIBRARY)] == [["io"], ["LIMIT"], ["load"]]
    assert not needed(tool("a", "1"), LIBRARY)
    assert not needed(tool("a", "load()", "def load():\n    return 2\n\n\n"), LIBRARY)
    assert whole(tool("a", "1"), LIBRARY) == tool("a", "1")
    assert result(Toolbox((whole(tool("a", "load(1)"), LIBRARY),)), "a") == "4"


def test_definitions_keep_decorators_and_compound_statements_whole() -> None:
    library = "@staticmethod\ndef f():\n    return 1\n\ntry:\n    import json as j\nexcept ImportError:\n    j = None\n"
    assert [(one.text.splitlines()[0], sorted(one.defines)) for one in definitions(library)] == [
        ("@staticmethod", ["f"]),
        ("try:", ["j"]),
    ]


def test_lines_are_those_that_python_counts() -> None:
    library = 'A = "\u2028"\r\n\x0cB = A\n\n\ndef f():\n    return B\n'
    assert [one.text.strip() for one in definitions(library)] == ['A = "\u2028"', "B = A", "def f():\n    return B"]


@pytest.mark.parametrize(
    "nested", ["x = a" + ".b" * 300, "x = " + "+".join(["a"] * 300), "x = " + "f(" * 90 + ")" * 90]
)
def test_a_statement_may_be_nested_as_deep_as_python_reads_it(nested: str) -> None:
    ast.parse(nested)
    (found,) = definitions(nested + "\n")
    assert found.defines == {"x"}
    assert found.uses <= {"a", "f"}


@pytest.mark.parametrize("line", ["a = 1\n", "a%d = a%d\n"])
def test_a_long_library_takes_no_square_of_the_time(line: str) -> None:
    def seconds(lines: int) -> float:
        library = "".join(line % (n, n + 1) if "%" in line else line for n in range(lines))
        began = time.process_time()
        assert len(needed(tool("run", "a, a0"), library)) == lines
        return time.process_time() - began

    # Quadratic time would be 256 times as much, linear time 16 times; what is done so soon is not quadratic.
    if (took := seconds(16_000)) > 1:
        assert min(took, seconds(16_000)) < 100 * max(seconds(1000), seconds(1000))


def test_libraries_are_joined_by_name_and_a_tool_takes_along_what_it_does_not_find() -> None:
    one = Toolbox((tool("a", "load()"),), "def load():\n    return 1\n")
    two = Toolbox(
        (tool("b", "load()"), tool("c", "more()")), "def load():\n    return 2\n\n\ndef more():\n    return 3\n"
    )
    library = joined([one, two])
    assert library.count("def load") == 1
    merged = Toolbox(
        (one.tools[0], *(moved(each, two.library, to=library) for each in two.tools)),
        library,
    )
    assert [result(merged, name) for name in "abc"] == [1, 2, 3]
    assert merged.tools[2] == two.tools[1]
    assert "def other" not in only_needed(Toolbox((tool("a", "load(1)"),), LIBRARY)).library


def test_an_empty_library_changes_no_digest_and_another_one_does() -> None:
    box = Toolbox((tool("a", "1"),))
    assert box.digest == Toolbox((tool("a", "1"),), "").digest
    assert box.digest != Toolbox((tool("a", "1"),), LIBRARY).digest
    assert Modules({"t": Toolbox((), LIBRARY)}, ("t",)).text.startswith("import io")


async def make(box: Toolbox, *actions: dict[str, Any]) -> Made:
    return await write_toolbox(answers({"actions": list(actions)}), PROMPT, toolbox=box, check=runs, tries=1)


def adding(one: Tool) -> dict[str, Any]:
    return {"do": "add", "name": one.name, "description": "d", "parameters": NONE, "source": one.source}


async def test_the_optimizer_writes_a_library_that_tools_are_checked_with() -> None:
    made = await make(Toolbox(), {"do": "library", "source": LIBRARY}, adding(tool("a", "load(1)")))
    assert not made.refused
    assert result(made.toolbox, "a") == "4"
    assert "load" not in made.toolbox.tools[0].source.replace("load(1)", "")
    broken = await make(Toolbox(), {"do": "library", "source": "def load(:"}, adding(tool("a", "load(1)")))
    assert [refusal.name for refusal in broken.refused] == ["library", "a"]


async def test_a_tool_that_another_library_breaks_keeps_what_it_had() -> None:
    box = Toolbox((tool("a", "load(1)"), tool("b", "1")), LIBRARY)
    made = await make(box, {"do": "library", "source": "def more():\n    return 1\n"}, adding(tool("c", "more()")))
    assert [refusal.name for refusal in made.refused] == ["library"]
    assert "a no longer works with it" in made.refused[0].reason
    assert [result(made.toolbox, name) for name in "abc"] == ["4", 1, 1]


def candidate(share: float, box: Toolbox) -> Candidate:
    tasks = tuple(Task(f"t{n}", "q", "a", "k") for n in range(10))
    scores = {task.id: float(n < share * 10) for n, task in enumerate(tasks)}
    return Candidate(Modules({"t": box}, ("t",)), tasks, Performance(scores, {task.id: "k" for task in tasks}))


async def never(*_: Tool) -> Agreement:
    return Agreement(0, 0)


async def test_a_merge_keeps_every_tool_working_whatever_its_library() -> None:
    start = tool("start", "7")
    pair = (
        candidate(0.3, Toolbox((start, tool("a", "load()")), "def load():\n    return 1\n")),
        candidate(0.8, Toolbox((start, tool("b", "load()")), "def load():\n    return 2\n")),
    )
    groups = await group(distinct(toolmerging.toolboxes(pair, "t")), never)
    chosen = {"tools": [{"from": 1, "name": "a"}, {"from": 2, "name": "b"}]}
    made = await merge_toolboxes(answers(chosen), PROMPT, candidates=pair, name="t", groups=groups, check=runs, tries=1)
    assert [result(made.toolbox, name) for name in ("start", "a", "b")] == [7, 1, 2]
    assert made.toolbox.library.strip() == "def load():\n    return 2"
    user = toolmerging.messages(Prompts(), "p", candidates=pair, name="t", groups=groups)[1].content
    assert user.count("<library>") == 2
    equal = [pair[0], candidate(0.5, Toolbox((start,), pair[0].modules["t"].library))]  # type: ignore[union-attr]
    assert (
        '<library same_as="candidate 1"/>'
        in toolmerging.messages(Prompts(), "p", candidates=equal, name="t", groups=groups)[1].content
    )


def test_prompts_show_the_library_once_before_the_tools() -> None:
    text = rendering.module(Toolbox((tool("a", "load(1)"),), LIBRARY))["toolbox"]
    assert text.startswith("<library>\nimport io")
    assert text.count("def load") == 1
