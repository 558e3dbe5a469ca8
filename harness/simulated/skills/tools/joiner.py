"""The merger of toolboxes: each ability once, by the better performer's tool."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...attention import Mind
from ...reading import Chat, blocks, read_performance
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
    groups: dict[str, list[_Voice]] = {}
    for voice in kept:
        groups.setdefault(voice.tool.able or voice.tool.name, []).append(voice)
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


def _settled(voices: Sequence[_Voice]) -> dict[str, Any]:
    """Return the tool of the best performer, the first among equals."""
    best = max(voices, key=lambda voice: (voice.share, -voice.candidate))
    return {"from": best.candidate, "name": best.tool.name}
