"""The merger of toolboxes: each capability once, tools of one kind joined, else the better performer's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...attention import Mind
from ...reading import Chat, blocks, read_performance
from . import library
from .abilities import Able
from .maker import as_json
from .shelf import Shown, same_in, tools_in


@dataclass(frozen=True, slots=True)
class _Voice:
    """A tool of a candidate, and how that performed."""

    candidate: int
    share: float
    tool: Shown


def unite(chat: Chat, mind: Mind) -> str:
    """Return a remark and the chosen tools as one JSON object."""
    voices = _read(chat.first_user)
    kept = [voice for voice in voices if _recalled(voice, mind)]
    groups: dict[tuple[str, tuple[str, ...]], list[_Voice]] = {}
    for voice in kept:
        groups.setdefault(_purpose(voice.tool), []).append(voice)
    tools = [_settled(group) for group in groups.values()]
    remark = f"I join {len(voices)} tools of {len({v.candidate for v in voices})} toolboxes into {len(tools)}."
    return f"{remark}\n\n{json.dumps({'tools': tools}, indent=1)}"


def _read(user: str) -> list[_Voice]:
    found: list[_Voice] = []
    known: dict[tuple[int, str], Shown] = {}
    for number, candidate in enumerate(blocks(user, "candidate"), 1):
        stated = read_performance(candidate.attributes.get("performance", ""))
        share = next((share for name, share, _ in stated if not name), 0.5)
        here = [
            replace(tool, position=candidate.position + tool.position * len(candidate.text) / max(1, len(user)))
            for tool in tools_in(candidate.text)
        ]
        named = [
            replace(known[where, there], name=name, position=candidate.position)
            for name, where, there in same_in(candidate.text)
            if (where, there) in known
        ]
        known |= {(number, tool.name): tool for tool in here}
        found += [_Voice(number, share, tool) for tool in (*named, *here)]
    return found


def _recalled(voice: _Voice, mind: Mind) -> bool:
    if mind.profile.recall == 1.0:
        return True
    kept = mind.chance(mind.profile.keep, "keep", voice.tool.name, voice.candidate)
    return kept and mind.recalls(voice.tool.name, voice.tool.position, "candidate", voice.candidate)


def _purpose(tool: Shown) -> tuple[str, tuple[str, ...]]:
    """Return what tools must share to be one: the ability and, for readers, the kinds of file."""
    if tool.able is None:
        return (tool.name, ())
    return (tool.able.ability, tool.able.kinds if tool.able.ability == "read" else ())


def _settled(voices: Sequence[_Voice]) -> dict[str, Any]:
    """Return the tool that can do what all of them can; the best performer's among those, or a new one."""
    best = max(voices, key=lambda voice: voice.share)
    ables = [voice.tool.able for voice in voices if voice.tool.able is not None]
    if not ables:
        return {"from": best.candidate, "name": best.tool.name}
    whole = Able(
        ables[0].ability,
        tuple(sorted({kind for able in ables for kind in able.kinds})),
        any(able.inside for able in ables),
    )
    able_to = [voice for voice in voices if voice.tool.able == whole]
    if able_to:
        chosen = max(able_to, key=lambda voice: voice.share)
        return {"from": chosen.candidate, "name": chosen.tool.name}
    return as_json(library.write(whole, best.tool.name))
