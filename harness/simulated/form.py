"""An optimizer's prompt by its form, whoever wrote it: what it asks for, the instructions, their scores, the evidence.

The project's own prompts hold tagged blocks that `optimizer` and `merger` read. A prompt of another form is put into
those blocks first, and the answer back into the form that it asks for. Nothing here knows a method.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .reading import Chat, blocks

_ASKED = re.compile(
    r"\b(?:write|rewrite|propose|improve|revise|generate|produce|provide|create|update|optimi[sz]e|suggest)\b"
    r"[^.\n]{0,80}?\b(?:instructions?|prompts?|guidelines?|playbook)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"\bbetween\s+<([a-z][\w-]*)>\s+and\s+</\1>", re.IGNORECASE)
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FEEDBACK = re.compile(r"^[\W_]*(?:feedback|advice|suggestions?|critique|lesson)[\W_]*:[*_]*\s*(.*)$", re.IGNORECASE)
_SCORE = re.compile(
    r"\b(?:scores?|performance|accuracy|solved)\b[^\d\n]{0,20}(\d+(?:\.\d+)?\s*%?(?:\s*(?:of|/)\s*\d+)?)", re.IGNORECASE
)
_LABEL = re.compile(r"^[\W_]*[A-Za-z][\w ]{0,30}:")


@dataclass(frozen=True, slots=True)
class Scored:
    """An instruction that a prompt shows, and its score as the prompt writes it (empty if there is none)."""

    text: str
    score: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a prompt asks an optimizer for.

    Attributes
    ----------
    instructions
        That it shows, in order.
    feedback
        What it says should be better.
    tag
        Around the answer, where the prompt asks for one; empty for a fenced block.
    """

    instructions: tuple[Scored, ...]
    feedback: tuple[str, ...]
    tag: str


def read_request(chat: Chat) -> Request | None:
    """Return the request; None where the prompt asks for no instruction, or shows nothing to write one from."""
    user = "\n".join(text for role, text in chat.turns if role == "user")
    whole = f"{chat.system}\n{user}"
    if not _ASKED.search(chat.whole):
        return None
    instructions, feedback = _instructions(user), _feedback(user)
    if not instructions or not (feedback or any(each.score for each in instructions)):
        return None
    tag = _TAG.search(whole)
    return Request(instructions, feedback, tag[1] if tag else "" if _FENCE.search(user) else "instruction")


def as_blocks(request: Request) -> tuple[str, bool]:
    """Return the request in blocks, and whether it unites several scored instructions rather than rewriting one."""
    if request.feedback:
        text = f"<instruction>\n{request.instructions[-1].text}\n</instruction>\n"
        return text + "\n".join(
            f'<experience outcome="failure">\n<evaluation>\nadvice: {each}\n</evaluation>\n</experience>'
            for each in request.feedback
        ), False
    return "\n".join(
        f'<candidate number="{number}" performance="{_stated(each.score)}">\n{each.text}\n</candidate>'
        for number, each in enumerate(request.instructions, 1)
    ), True


def in_form(answer: str, request: Request) -> str:
    """Return an answer with its instruction in the form that the request asks for."""
    found = blocks(answer, "instruction")
    text = found[-1].text if found else answer
    return f"<{request.tag}>\n{text}\n</{request.tag}>" if request.tag else f"```\n{text}\n```"


def _instructions(user: str) -> tuple[Scored, ...]:
    tagged = [block for name in ("instruction", "prompt", "candidate") for block in blocks(user, name)]
    if tagged:
        return tuple(
            Scored(block.text, next((value for key, value in block.attributes.items() if key != "number"), ""))
            for block in tagged
        )
    found: list[Scored] = []
    end = 0
    for fence in _FENCE.finditer(user):
        around = user[end : fence.start()] + "\n" + user[fence.end() :].split("```")[0][:200]
        scores = _SCORE.findall(around)
        found.append(Scored(fence[1].strip(), scores[-1] if scores else ""))
        end = fence.end()
    return tuple(found)


def _feedback(user: str) -> tuple[str, ...]:
    found: list[list[str]] = []
    open_ = False
    for line in user.splitlines():
        if match := _FEEDBACK.match(line):
            found.append([match[1]])
            open_ = True
        elif not line.strip() or _LABEL.match(line) or line.startswith(("<", "```", "#")):
            open_ = False
        elif open_:
            found[-1].append(line.strip())
    return tuple(text for lines in found if (text := " ".join(lines).strip()))


def _stated(score: str) -> str:
    """Return a score as a share of tasks or per cent, as the merger reads it."""
    if "of" in score or "%" in score:
        return score
    if "/" in score:
        return score.replace("/", " of ")
    try:
        number = float(score)
    except ValueError:
        return ""
    return f"{100 * number:g}%" if number <= 1 else f"{number:g}%"
