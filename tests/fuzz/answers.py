"""Whatever a model answers: every reader returns a value that can be written, or says that it cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable

import orjson
from hypothesis import strategies as st

from harness.core.answer_text import after_thoughts, labelled, without_thoughts
from harness.core.domain import Tool, Toolbox, Usage, digest
from harness.core.guidelines import parse
from harness.core.messages import Answer, Call, Message, ToolSchema
from harness.core.model_json import UnreadableAnswer, find_object
from harness.llm.providers import held_tools, text_tools
from harness.llm.storage.records import read_answer, write_answer
from harness.run.roles import evaluator, optimizer, summary
from harness.run.roles.actions import Add, Revise, problem_as_written, proposed, read_actions
from harness.run.roles.toolmerging import Choice
from harness.run.roles.typed import object_of
from methods.plus import delta, foretelling

LOOK = ToolSchema("look", "Looks.", {"type": "object", "properties": {}})
CALL = Call((Message("user", "go"),), (LOOK,))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ESCAPED = st.sampled_from(
    ["NaN", "-Infinity", "1e999", "9" * 30, "9" * 5000, '"\\ud800"', '"\\u0000"', "[" * 2000, "[" * 70 + "]" * 70, "{}"]
)
NAMES = st.sampled_from(
    ["verdict", "failed", "pattern", "advice", "actions", "do", "name", "parameters", "source", "type", "properties",
     "required", "tools", "from", "as", "edits", "at", "text", "solved", "tool", "arguments", "thought", "reply"]
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "correct",
        "incorrect",
        "add",
        "edit",
        "revise",
        "remove",
        "finish",
        "look",
        "object",
        "1.1",
        "def look():\n  pass",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)
OBJECTS = st.one_of(
    st.dictionaries(NAMES, VALUES, max_size=5).map(json.dumps),
    st.tuples(NAMES, ESCAPED).map(lambda pair: f'{{"{pair[0]}": {pair[1]}}}'),
    st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=2).map(lambda rows: json.dumps({"actions": rows})),
)
PARTS = st.one_of(
    OBJECTS,
    TEXTS,
    st.sampled_from(
        ["<think>", "</think>", "```json\n", "```", "\n", "<instruction>", "</instruction>", "Action:", "{"]
    ),
)
EXAMPLES = st.lists(PARTS, max_size=6).map("".join)


def readers() -> dict[str, Callable[[str], object]]:
    """Return every reader of answers, by name."""
    answer = lambda text: Answer(text, Usage(calls=1))  # noqa: E731
    return {
        "object": find_object,
        "evaluation": lambda text: evaluator.read(text, success=False),
        "instruction": optimizer.read,
        "summary": summary.read,
        "actions": read_actions,
        "choice": lambda text: object_of(Choice, text),
        "edits": lambda text: delta.read(text, 1, names={"1.1": "a"}),
        "prediction": lambda text: foretelling.read(text, {"heat": 3}),
        "text tools": lambda text: text_tools.read_calls(answer(text), CALL),
        "held tools": lambda text: held_tools.read_object(answer(text), CALL),
        "guidelines": parse,
        "labels": lambda text: list(labelled(text, "action")),
        "thoughts": lambda text: (without_thoughts(text), after_thoughts(text)),
    }


def check(text: str) -> None:
    """Check that each reader reads the answer or refuses it, and that what it read can be written and read back."""
    for read in readers().values():
        try:
            value = read(text)
        except UnreadableAnswer:
            continue
        if isinstance(value, Answer):
            assert read_answer(orjson.loads(orjson.dumps(write_answer(value)))) == value
        for action in value if isinstance(value, list) else ():
            if isinstance(action, Add | Revise):
                _check_tool(action)


def _check_tool(action: Add | Revise) -> None:
    tool = proposed(Toolbox((Tool("look", "", parameters=dict(LOOK.parameters), source="def look(): pass"),)), action)
    if isinstance(tool, Tool):
        problem_as_written(tool)
        assert len(Toolbox((tool,)).digest) == len(digest([])) == 64
