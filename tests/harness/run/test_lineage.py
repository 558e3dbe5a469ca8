"""What the lineage calls a leak."""

from __future__ import annotations

import pytest

from harness.core.domain import Modules, Task, Tool, Toolbox
from harness.run.lab.lineage import leaks

TASKS = [Task("task-1", "", "12345", "c"), Task("task-2", "", "654321", "c"), Task("task-3", "", "", "c")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the number is 12345", []),
        ("the number is 654321", ["task-2"]),
        ("as in task-1", ["task-1"]),
        ("nothing of it", []),
    ],
)
def test_a_truth_of_six_characters_or_more_is_a_leak_and_every_id_is(text: str, found: list[str]) -> None:
    assert leaks(Modules.of_instruction(text), TASKS) == found


def test_tools_are_searched_too() -> None:
    box = Modules({"tools": Toolbox((Tool("f", "", parameters={}, source="def f(): return '654321'"),))}, ("tools",))
    assert leaks(box, TASKS) == ["task-2"]
