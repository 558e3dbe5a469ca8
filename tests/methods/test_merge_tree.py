"""What a tree of merges says of itself."""

from __future__ import annotations

from harness.core.domain import Modules, Performance, Task
from methods.merge_tree import Node, measured

TASKS = tuple(Task(f"t{number}", "", "", "") for number in range(4))


def node(tasks: tuple[Task, ...], *children: Node, reductions: int = 0) -> Node:
    scores = Performance({task.id: 0.5 for task in tasks}, {task.id: "" for task in tasks})
    return Node(Modules.of_instruction("x"), tasks, scores, children=children, reductions=reductions)


def test_a_tree_counts_its_merges_backtests_and_levels() -> None:
    leaves = [node((task,)) for task in TASKS]
    left = node(TASKS[:2], *leaves[:2])
    middle = node(TASKS[:3], left, leaves[2])
    root = node(TASKS, middle, leaves[3], reductions=2)
    assert (leaves[0].depth, left.depth, middle.depth, root.depth) == (0, 1, 2, 3)
    assert root.leaves == leaves
    assert measured(root, threshold=3) == {
        "modules": 4, "merges": 3, "depth": 3, "reductions": 2, "paper_reductions": 1, "backtests": 2 + 3 + 4,
        "paper_backtests": 4 * 2,
    }  # fmt: skip
    assert measured(leaves[0], threshold=3)["paper_backtests"] == 0
