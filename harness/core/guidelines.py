"""An instruction as a list of guidelines: what can be added, edited or dropped one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BULLET = re.compile(r"^\s*(?:[-*•–+]|\(?\d{1,3}[.)])\s+")


@dataclass(frozen=True)
class Guidelines:
    """An instruction's opening and its guidelines, without their bullets."""

    head: str
    items: tuple[str, ...]


def parse(text: str) -> Guidelines:
    """Read an instruction: bulleted or numbered lines are guidelines, and what stands before the first is the head.

    A line that follows a guideline without a bullet of its own belongs to it; after an empty line it is a guideline by
    itself. In a text without bullets the first paragraph is the head and each other one a guideline.
    """
    bulleted = any(_BULLET.match(line) for line in text.splitlines())
    head: list[str] = []
    items: list[list[str]] = []
    in_head, after_gap = True, False
    for line in text.splitlines():
        if not line.strip():
            after_gap = True
            continue
        if _BULLET.match(line) or (after_gap and (not in_head or not bulleted) and (head or items)):
            items.append([_BULLET.sub("", line).strip()])
            in_head = False
        elif in_head:
            head.append(line.strip())
        else:
            items[-1].append(line.strip())
        after_gap = False
    return Guidelines("\n".join(head), tuple(" ".join(item) for item in items))


def compose(guidelines: Guidelines) -> str:
    """Write an instruction: the head, then a line a guideline."""
    body = "\n".join(f"- {item}" for item in guidelines.items)
    return f"{guidelines.head}\n\n{body}".strip()
