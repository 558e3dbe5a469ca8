"""What the lineage calls a leak, and what it takes to look for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.domain import Modules, Task, Tool, Toolbox
from harness.run.lab.leaks import LEAST_TRUTH, LeakIndex

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
    assert LeakIndex(TASKS).find(Modules.of_instruction(text)) == found


def test_tools_are_searched_too() -> None:
    box = Modules({"tools": Toolbox((Tool("f", "", parameters={}, source="def f(): return '654321'"),))}, ("tools",))
    assert LeakIndex(TASKS).find(box) == ["task-2"]


def plain(text: str, tasks: Sequence[Task]) -> list[str]:
    """Return leaks by the definition: every word is looked for in the text."""
    words = {task.id: [task.id, *([task.truth] if len(task.truth) >= LEAST_TRUTH else [])] for task in tasks}
    return [name for name, each in words.items() if any(word in text for word in each)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text("ab1", min_size=1, max_size=9), st.text("ab1", max_size=40)), max_size=12),
       st.text("ab1", max_size=80))  # fmt: skip
def test_the_index_finds_what_looking_for_every_word_finds(words: list[tuple[str, str]], text: str) -> None:
    tasks = [Task(name, "", truth, "c") for name, truth in dict(words).items()]
    assert LeakIndex(tasks).find(Modules.of_instruction(text)) == plain(text, tasks)
    for task in tasks:
        assert task.id in LeakIndex(tasks).find(Modules.of_instruction(f"{text}{task.truth}{task.id}."))


class Counting(dict[str, Any]):
    """Counts how often it is asked."""

    asked = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.asked += 1
        return super().get(key, default)


def test_a_check_takes_no_longer_with_more_tasks() -> None:
    looks = []
    for number in (100, 10_000):
        index = LeakIndex([Task(f"train-{n:06}", "", f"the answer is {n:06}", "c") for n in range(number)])
        index.lengths = counting = Counting(index.lengths)
        index.words = whole = Counting(index.words)
        text = "As in train-000042 the answer is the same as in train-000099. " * 20
        assert index.find(Modules.of_instruction(text)) == ["train-000042", "train-000099"]
        looks.append(counting.asked + whole.asked)
    assert looks[0] == looks[1]
