"""Tasks by the dozen."""

from __future__ import annotations

from harness.core.domain import Task


def make_tasks(n: int, categories: int = 1) -> list[Task]:
    return [Task(f"t{i}", f"q{i}", f"truth {i}", f"c{i % categories}") for i in range(n)]
