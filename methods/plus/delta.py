"""Delta merging: guidelines are added, edited or dropped by typed edits, rather than rewritten whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.core.domain import Candidate, Instruction, Modules
from harness.core.errors import AnswerError
from harness.core.guidelines import Guidelines, compose, parse
from harness.core.lab import Lab
from harness.run.roles import rendering
from harness.run.roles.typed import UnreadableAnswer, between, object_of
from methods.plus.evidence.edits import Supports
from methods.plus.evidence.marks import in_texts, without
from methods.plus.evidence.support import supported
from methods.plus.guidelines import Edit, apply, as_edits, named
from methods.plus.prompting import ask_merger
from methods.plus.step import rewritten


class Answered(BaseModel):
    """One edit as the merger writes it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    do: Literal["add", "edit", "drop"]
    at: str = ""
    text: str = ""
    sources: tuple[str, ...] = Field(default=(), alias="from")


class Answer(BaseModel):
    """The merger's answer."""

    edits: list[Answered]


async def by_edits(lab: Lab, candidates: Sequence[Candidate], attempt: int, *, evidence: bool = False) -> Modules:
    """Merge into the best-performing candidate by edits of its guidelines, each with where it comes from.

    An answer that rewrites the instruction whole is read as the edits that it amounts to. If neither can be read, the
    base stays, as where a role's answer cannot be read; the lineage says so. Toolboxes are merged as the paper does.

    Parameters
    ----------
    evidence
        Whether the merger reads what each guideline rests on; the edits then say what the merged ones rest on.
    """
    base = max(candidates, key=lambda candidate: candidate.performance.mean)
    if not all(isinstance(base.modules[name], Instruction) for name in base.modules.trainable):
        return await rewritten(lab, candidates, attempt)
    made, number = base.modules, candidates.index(base) + 1
    for name in base.modules.trainable:
        supports = Supports.of(candidates, name) if evidence else None
        made = await _merged(lab, candidates, base=number, name=name, made=made, attempt=attempt, supports=supports)
    return made


async def _merged(
    lab: Lab,
    candidates: Sequence[Candidate],
    *,
    base: int,
    name: str,
    made: Modules,
    attempt: int,
    supports: Supports | None,
) -> Modules:
    lists = alike([parse(candidate.modules.instruction(name)) for candidate in candidates], base)
    names = named(lists)
    shown = [
        {
            "head": each.head,
            "guidelines": supports.shown(number, each.items) if supports else each.items,
            "performance": rendering.performance(candidate.performance),
        }
        for number, (each, candidate) in enumerate(zip(lists, candidates, strict=True))
    ]
    parents = [candidate.modules for candidate in candidates]
    try:
        edits = await ask_merger(
            lab,
            "evidence/delta.j2" if supports else "delta.j2",
            read=lambda text: read(text, base, names=names) if supports is None else bare(text, base, names=names),
            attempt=attempt,
            candidates=shown,
            base=base,
        )
    except AnswerError as error:
        lab.record("merge", made, parents, unread=str(error))
        return made
    items = apply(base, names, edits=edits)
    head = lists[base - 1].head
    if supports:
        made = supports.written(supported(made), name, head=head, items=items, names=names)
    else:
        made = made.with_module(name, Instruction(compose(Guidelines(head, tuple(item.text for item in items)))))
    facts = {"base": base, "edits": [asdict(edit) for edit in edits], "guidelines": [asdict(item) for item in items]}
    lab.record("merge", made, parents, **facts)
    return made


def alike(lists: Sequence[Guidelines], base: int) -> list[Guidelines]:
    """Return the lists with the opening of the base; what another one opens with becomes its first guideline."""
    head = lists[base - 1].head
    return [
        each if each.head in ("", head) else replace(each, head=head, items=(each.head.replace("\n", " "), *each.items))
        for each in lists
    ]


def read(text: str, base: int, *, names: Mapping[str, str]) -> list[Edit]:
    """Read the merger's edits, or the instruction that it has rewritten.

    Raises
    ------
    UnreadableAnswer
        If it is neither, or an edit names a guideline that does not exist, lacks its text, or changes another
        candidate than the base.
    """
    if "{" not in text and "<instruction>" in text:
        rewritten = parse(between("instruction", text)).items
        if not rewritten:
            raise UnreadableAnswer("the instruction has no guidelines")
        return as_edits(base, names, rewritten=rewritten)
    answer = object_of(Answer, text)
    edits = [Edit(edit.do, edit.at, edit.text.strip(), edit.sources) for edit in answer.edits]
    for edit in edits:
        _check(edit, base, names=names)
    changed = [edit.at for edit in edits if edit.do != "add"]
    if len(set(changed)) < len(changed):
        raise UnreadableAnswer("a guideline is changed twice")
    return edits


def bare(text: str, base: int, *, names: Mapping[str, str]) -> list[Edit]:
    """Read the same where marks stand behind the guidelines that were shown, and take off what was copied of them.

    Raises
    ------
    UnreadableAnswer
        See `read`.
    """
    own = in_texts(names.values())
    whole = text if "{" in text else without(text, own)
    edits = [replace(edit, text=without(edit.text, own).strip()) for edit in read(whole, base, names=names)]
    for edit in edits:
        _check(edit, base, names=names)
    return edits


def _check(edit: Edit, base: int, *, names: Mapping[str, str]) -> None:
    unknown = [name for name in (*edit.sources, edit.at) if name and name not in names]
    if unknown:
        raise UnreadableAnswer(f"there is no guideline {unknown[0]}")
    if edit.do == "add" and not edit.text and len(edit.sources) != 1:
        raise UnreadableAnswer('an addition needs a text, or one guideline in "from"')
    if edit.do != "add" and edit.at.partition(".")[0] != str(base):
        raise UnreadableAnswer(f"only guidelines of candidate {base} can be changed, not {edit.at or 'none'}")
    if edit.do == "edit" and not edit.text:
        raise UnreadableAnswer(f"the edit of {edit.at} has no text")
