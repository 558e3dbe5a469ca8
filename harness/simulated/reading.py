"""Finding the parts of a prompt: tagged blocks, steps of an attempt, an evaluation's fields, stated performance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .tokens import text_of

_ATTRIBUTE = re.compile(r'([\w-]+)\s*=\s*"([^"]*)"')
_STEP_FIELD = re.compile(r"^(Thought|Action|Observation|Answer)\s*:\s?(.*)$", re.IGNORECASE)
_EVALUATION_FIELD = re.compile(r"^(verdict|failed|source|pattern|advice)\s*:\s?(.*)$", re.IGNORECASE)
_PERFORMANCE = re.compile(r"([\w][\w \-/]*?)?\s*\b(\d+(?:\.\d+)?) of (\d+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A tagged part of a text: `<name key="value">text</name>`, and where it begins as a share of the whole."""

    name: str
    attributes: Mapping[str, str]
    text: str
    position: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of an attempt as the prompt shows it."""

    thought: str
    action: str
    observation: str


@dataclass(frozen=True, slots=True)
class Case:
    """One attempt with what is known about it: what the evaluator reads, and each experience of the optimizer."""

    instruction: str
    category: str
    query: str
    truth: str
    outcome: str
    turns: tuple[Turn, ...]
    answer: str
    evaluation: Mapping[str, str]
    position: float

    @property
    def success(self) -> bool:
        """Whether the prompt calls the attempt a success."""
        return self.outcome.strip().lower() in {"success", "correct", "solved", "true", "1"}


@dataclass(frozen=True, slots=True)
class Chat:
    """The messages of a request as texts."""

    system: str
    turns: tuple[tuple[str, str], ...]

    @property
    def first_user(self) -> str:
        """The first user message, or nothing."""
        return next((text for role, text in self.turns if role == "user"), "")

    @property
    def whole(self) -> str:
        """The system message and the first user message: what says which task this is."""
        return f"{self.system}\n{self.first_user}"


def read_chat(messages: Sequence[Mapping[str, Any]]) -> Chat:
    """Return the system text and the other turns, in order."""
    system: list[str] = []
    turns: list[tuple[str, str]] = []
    for message in messages:
        role = message.get("role")
        if role in ("system", "developer"):
            system.append(text_of(message))
        else:
            turns.append((str(role), text_of(message)))
    return Chat("\n\n".join(system), tuple(turns))


def blocks(text: str, name: str) -> tuple[Block, ...]:
    """Return the blocks called `name`, in order. The last may lack its closing tag: texts are cut off."""
    found: list[Block] = []
    opening = re.compile(rf"<{re.escape(name)}((?:\s+[\w-]+\s*=\s*\"[^\"]*\")*)\s*>")
    closing = f"</{name}>"
    at = 0
    while match := opening.search(text, at):
        end = text.find(closing, match.end())
        stop = len(text) if end < 0 else end
        attributes = dict(_ATTRIBUTE.findall(match.group(1)))
        found.append(
            Block(name, attributes, text=text[match.end() : stop].strip(), position=match.start() / max(1, len(text)))
        )
        at = stop + len(closing)
        if end < 0:
            break
    return tuple(found)


@lru_cache(maxsize=256)
def instruction_of(text: str) -> str:
    """Return the instruction in a prompt: the tagged block, or the whole text where there is none."""
    found = blocks(text, "instruction")
    return found[0].text if found else text


def read_turns(text: str) -> tuple[tuple[Turn, ...], str]:
    """Return the steps of an attempt, and its answer if it ends in one."""
    turns: list[Turn] = []
    fields: dict[str, list[str]] = {}
    answer: list[str] = []
    current: list[str] | None = None

    def close() -> None:
        if fields:
            part = {key: "\n".join(lines).strip() for key, lines in fields.items()}
            turns.append(Turn(part.get("thought", ""), part.get("action", ""), part.get("observation", "")))
            fields.clear()

    for line in text.splitlines():
        if re.match(r"^Step \d+\s*$", line):
            close()
            current = None
            continue
        match = _STEP_FIELD.match(line)
        if match and match.group(1).lower() == "answer":
            answer = [match.group(2)]
            current = answer
        elif match:
            key = match.group(1).lower()
            if key in fields and key != "observation":
                close()
            current = fields.setdefault(key, [])
            current.append(match.group(2))
        elif current is not None:
            current.append(line)
    close()
    return tuple(turns), "\n".join(answer).strip()


def read_evaluation(text: str) -> dict[str, str]:
    """Return the fields of a written evaluation; lines without a name continue the field before."""
    result: dict[str, str] = {}
    current = ""
    for line in text.splitlines():
        match = _EVALUATION_FIELD.match(line.strip())
        if match:
            current = match.group(1).lower()
            result[current] = match.group(2)
        elif current:
            result[current] += "\n" + line
    return {key: value.strip() for key, value in result.items()}


def read_case(text: str, block: Block | None = None, *, instruction: str = "") -> Case:
    """Return the case that stands in `text`: an evaluator's prompt, or the text of one experience."""
    task = next(iter(blocks(text, "task")), None)
    truth = next(iter(blocks(text, "ground_truth")), None)
    attempt = next(iter(blocks(text, "attempt")), None)
    written = next(iter(blocks(text, "evaluation")), None)
    own = next(iter(blocks(text, "instruction") or blocks(text, "toolbox")), None)
    outer = block.attributes if block else {}
    turns, answer = read_turns(attempt.text) if attempt else ((), "")
    if attempt and not answer and not turns:
        answer = attempt.text.strip()
    return Case(
        instruction=own.text if own else instruction,
        category=outer.get("category") or (task.attributes.get("category", "") if task else ""),
        query=task.text if task else "",
        truth=truth.text if truth else "",
        outcome=outer.get("outcome") or (attempt.attributes.get("outcome", "") if attempt else ""),
        turns=turns,
        answer=answer,
        evaluation=read_evaluation(written.text) if written else {},
        position=block.position if block else 0.5,
    )


@lru_cache(maxsize=1024)
def read_performance(text: str) -> tuple[tuple[str, float, int], ...]:
    """Return (category, share solved, tasks) of a text such as ``7 of 10 (heat 3 of 5, cool 4 of 5)``.

    The overall figure has the empty category.
    """
    result: list[tuple[str, float, int]] = []
    for name, solved, total in _PERFORMANCE.findall(text):
        count = int(total)
        share = min(1.0, float(solved) / count) if count else 0.0
        result.append((name.strip().lower() if result else "", share, count))
    if not result and (percent := re.search(r"(\d+(?:\.\d+)?)\s*%", text)):
        result.append(("", min(1.0, float(percent.group(1)) / 100), 1))
    return tuple(result)
