"""Bounded edits of a text: what an optimizer proposes in SkillOpt, applied by code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from harness.run.roles.typed import UnreadableAnswer, between, object_of


class Edit(BaseModel):
    """One change: ``append`` and ``insert_after`` add `content`; ``replace`` and ``delete`` change `target`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    op: Literal["append", "insert_after", "replace", "delete"]
    target: str = ""
    content: str = ""


class Patch(BaseModel):
    """The optimizer's answer."""

    edits: list[Edit]


def read(text: str, document: str) -> list[Edit]:
    """Read the edits of an answer; one that rewrites the document is read as the edits that it amounts to.

    Raises
    ------
    UnreadableAnswer
        If it is neither.
    """
    if "{" not in text and "<instruction>" in text:
        rewritten = between("instruction", text)
        if not rewritten:
            raise UnreadableAnswer("the instruction is empty")
        return as_edits(document, rewritten)
    return list(object_of(Patch, text).edits)


def as_edits(document: str, rewritten: str) -> list[Edit]:
    """Return the edits by which lines of the document go and new ones come."""
    old, new = lines(document), lines(rewritten)
    return [
        *(Edit(op="append", content=line) for line in new if line not in old),
        *(Edit(op="delete", target=line) for line in old if line not in new),
    ]


def lines(text: str) -> list[str]:
    """Return the lines that are not empty, stripped."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def apply(document: str, edits: Iterable[Edit]) -> str:
    """Apply edits one after another; one whose target is not there adds its content at the end, or does nothing."""
    for edit in edits:
        content, found = edit.content.strip(), bool(edit.target) and edit.target in document
        if edit.op == "insert_after" and found:
            line_end = document.find("\n", document.index(edit.target) + len(edit.target))
            at = line_end + 1 if line_end >= 0 else len(document)
            document = f"{document[:at]}\n{content}\n{document[at:]}"
        elif edit.op in ("append", "insert_after"):
            document = f"{document.rstrip()}\n\n{content}\n"
        elif found:
            document = document.replace(edit.target, content if edit.op == "replace" else "", 1)
    return document


def most_wanted(patches: Sequence[Sequence[Edit]], limit: int) -> list[Edit]:
    """Return at most `limit` edits: those of most patches first, then as they were proposed; none twice."""
    votes: dict[Edit, int] = {}
    for patch in patches:
        for edit in dict.fromkeys(patch):
            votes[edit] = votes.get(edit, 0) + 1
    return sorted(votes, key=lambda edit: -votes[edit])[:limit]
