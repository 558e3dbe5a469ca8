"""The optimizer of a toolbox: from the capabilities that evaluations ask for to tools, by typed actions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...attention import Mind, key_of
from ...guidelines import Rule, sentences
from ...reading import Case, Chat, blocks, read_case
from . import library
from .abilities import Able, understand
from .library import Draft
from .shelf import Shown, tools_in

_REFUSED = "Not all of your answer can be taken"
_OTHER_NAME = 0.2
"""How often a tool gets a name that someone else would not have given it."""


def rewrite(chat: Chat, mind: Mind) -> str:
    """Return a remark and the actions as one JSON object."""
    user = chat.first_user
    shelf = [tool for box in blocks(user, "toolbox")[:1] for tool in tools_in(box.text)]
    cases = [read_case(block.text, block) for block in blocks(user, "experience")]
    again = any(_REFUSED in text for role, text in chat.turns if role == "user")
    wanted = _wanted(cases, mind)
    actions: list[dict[str, Any]] = []
    for need in _joined(wanted)[: max(1, mind.profile.capacity)]:
        action = _action(need, shelf, mind, key_of(user), careful=again)
        if action is not None:
            actions.append(action)
    lost = sum(not case.success for case in cases)
    remark = f"Of {len(cases)} attempts {lost} failed; {len(wanted)} capabilities are asked for."
    return f"{remark}\n\n{json.dumps({'actions': [*actions, {'do': 'finish'}]}, indent=1)}"


def as_json(draft: Draft) -> dict[str, Any]:
    """Return a tool as an answer holds it."""
    return {
        "name": draft.name,
        "description": draft.description,
        "parameters": dict(draft.parameters),
        "source": draft.source,
    }


def _wanted(cases: Sequence[Case], mind: Mind) -> Counter[Rule]:
    """Count the needs that the evaluations state, as far as they are recalled."""
    wanted: Counter[Rule] = Counter()
    for index, case in enumerate(cases):
        for sentence in sentences(case.evaluation.get("advice", "")):
            rules = understand(sentence.text)
            if rules and mind.recalls(sentence.text, case.position, "advice", index):
                wanted.update(rules)
    return wanted


def _joined(wanted: Counter[Rule]) -> list[Able]:
    """Return the needs that one tool each serves, the most often stated first."""
    found: dict[tuple[str, str], Able] = {}
    for rule, _ in sorted(wanted.items(), key=lambda item: (-item[1], item[0])):
        kind, _, inside = rule.value.partition("/")
        key = (rule.subject, kind if rule.subject in ("read", "total") else "")
        old = found.get(key, Able(rule.subject))
        kinds = tuple(sorted({*old.kinds, kind} - {""}))
        found[key] = replace(old, kinds=kinds, inside=old.inside or bool(inside))
    merged: dict[str, Able] = {}
    for (ability, kind), need in found.items():
        name = ability if ability == "total" else f"{ability} {kind}"
        old = merged.get(name, need)
        merged[name] = replace(old, kinds=tuple(sorted({*old.kinds, *need.kinds})), inside=old.inside or need.inside)
    return list(merged.values())


def _action(need: Able, shelf: Sequence[Shown], mind: Mind, key: str, *, careful: bool) -> dict[str, Any] | None:
    """Return the action that serves a need; None where the toolbox does so already."""
    kinds = need.kinds or ("",)
    if all(any(tool.able and tool.able.does(need.ability, kind, need.inside) for tool in shelf) for kind in kinds):
        return None
    old = next((tool for tool in shelf if tool.able and _is_alike(tool.able, need)), None)
    whole = library.generalized(need)
    if old is not None and old.able is not None:
        whole = _both(old.able, whole)
        name = old.name
    else:
        name = library.name_of(whole, mind.chance(_OTHER_NAME, "name", need.ability, *need.kinds, key))
        if any(tool.name == name for tool in shelf):
            return None
    draft = library.write(whole, name)
    if not careful and mind.chance(mind.profile.slip, "typo", name, key):
        draft = replace(draft, source=_without_an_import(draft.source))
    return {"do": "add" if old is None else "revise", **as_json(draft)}


def _is_alike(one: Able, need: Able) -> bool:
    """Return whether a tool could be revised so that it serves the need as well."""
    if one.ability != need.ability:
        return False
    return one.kinds == need.kinds if need.ability == "read" else True


def _both(one: Able, other: Able) -> Able:
    return Able(one.ability, tuple(sorted({*one.kinds, *other.kinds})), one.inside or other.inside)


def _without_an_import(source: str) -> str:
    lines = source.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if line.startswith(("import ", "from "))), None)
    return source if first is None else "".join(lines[:first] + lines[first + 1 :])
