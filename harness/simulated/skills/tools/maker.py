"""The optimizer of a toolbox: from the abilities that evaluations ask for to tools, by typed actions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...attention import Mind, key_of
from ...guidelines import sentences
from ...reading import Case, Chat, blocks, read_case
from .abilities import understand
from .library import CRAFTS, LOADER, Draft, written
from .shelf import Shown, tools_in

_LIBRARY = '"do": "library"'
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
    missing = [ability for ability, _ in wanted if not any(tool.able == ability for tool in shelf)]
    shared = _LIBRARY in chat.system
    actions = [
        action
        for ability in missing[: max(1, mind.profile.capacity)]
        if (action := _action(ability, shelf, mind=mind, key=key_of(user), careful=again, shared=shared)) is not None
    ]
    held = next((part.text for box in blocks(user, "toolbox")[:1] for part in blocks(box.text, "library")), "")
    if actions and shared and "def load(" not in held:
        actions.insert(0, {"do": "library", "source": f"{held}\n{LOADER}".strip() + "\n"})
    lost = sum(not case.success for case in cases)
    remark = f"Of {len(cases)} attempts {lost} failed; {len(wanted)} abilities are asked for."
    return f"{remark}\n\n{json.dumps({'actions': [*actions, {'do': 'finish'}]}, indent=1)}"


def as_json(draft: Draft) -> dict[str, Any]:
    """Return a tool as an answer holds it."""
    return {
        "name": draft.name,
        "description": draft.description,
        "parameters": dict(draft.parameters),
        "source": draft.source,
    }


def _wanted(cases: Sequence[Case], mind: Mind) -> list[tuple[str, int]]:
    """Count the needs that the evaluations state, as far as they are recalled; the most often stated first."""
    wanted: Counter[str] = Counter()
    for index, case in enumerate(cases):
        for sentence in sentences(case.evaluation.get("advice", "")):
            rules = understand(sentence.text)
            if rules and mind.recalls(sentence.text, case.position, "advice", index):
                wanted.update(rule.subject for rule in rules)
    return sorted(wanted.items(), key=lambda item: (-item[1], item[0]))


def _action(
    ability: str, shelf: Sequence[Shown], *, mind: Mind, key: str, careful: bool, shared: bool
) -> dict[str, Any] | None:
    """Return the action that adds a tool; None where its name is taken."""
    craft = CRAFTS[ability]
    name = craft.names[mind.chance(_OTHER_NAME, "name", ability, key)]
    if any(tool.name == name for tool in shelf):
        return None
    draft = written(craft, name, shared=shared)
    if not careful and mind.chance(mind.profile.slip, "typo", name, key):
        draft = replace(draft, source=_without_an_import(draft.source))
    return {"do": "add", **as_json(draft)}


def _without_an_import(source: str) -> str:
    lines = source.splitlines(keepends=True)
    imports = [number for number, line in enumerate(lines) if line.startswith(("import ", "from "))]
    if not imports:
        return source
    first = next((number for number in imports if lines[number].startswith("import io")), imports[0])
    return "".join(lines[:first] + lines[first + 1 :])
