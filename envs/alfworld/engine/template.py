"""The templates of a twl2 grammar, parsed: literal text, `{o.name}`, `#rule#` and `[{... | condition}]`.

What TextWorld's parser does to them is kept: blanks at a template's very beginning are dropped (so `help` answers
without its leading line break), and a `\\n` spelled out as two characters becomes a line break.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from envs.alfworld.engine.expression import Expression, parse_expression
from envs.alfworld.engine.game import MalformedError
from envs.alfworld.engine.pattern import Pattern, parse_pattern


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A text read off the objects that the context names."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A rule to be put in this place."""

    rule: str


@dataclass(frozen=True, slots=True)
class Each:
    """The item once for every solution of the pattern; as a list, with separators."""

    item: Value | Call
    pattern: Pattern | None
    is_list: bool


Node: TypeAlias = Text | Value | Call | Each

_CALL = r"#[\w()/!<>\-\s,.]+#"
_BRACES = rf"\{{\s*(?:{_CALL}|[^|\[\]{{}}\n<>#]+?)\s*(?:\|\s*[^;|{{}}\n\[\]#]+)?\}}"
_NODE = re.compile(rf"(?P<list>\[{_BRACES}\])|(?P<each>{_BRACES})|(?P<call>{_CALL})|(?P<text>[^;|\"<>\[\]#{{}}\t]+)")


@lru_cache(maxsize=4096)
def parse_template(text: str) -> tuple[Node, ...]:
    """Parse a template.

    Raises
    ------
    MalformedError
        The text uses a construct that the engine does not know.
    """
    rest = text.lstrip()
    nodes: list[Node] = []
    position = 0
    while position < len(rest):
        match = _NODE.match(rest, position)
        if match is None:
            raise MalformedError(f"unknown construct in the template {text!r} at {rest[position : position + 20]!r}")
        nodes.append(_node(match.lastgroup, match.group()))
        position = match.end()
    return tuple(nodes)


def _node(kind: str | None, text: str) -> Node:
    match kind:
        case "text":
            return Text(text.replace("\\n", "\n"))
        case "call":
            return Call(text[1:-1])
        case "list":
            return _each(text[2:-2], is_list=True)
    return _each(text[1:-1], is_list=False)


def _each(text: str, is_list: bool) -> Each | Value | Call:
    written, _, condition = text.partition("|")
    written = written.strip()
    item = Call(written[1:-1]) if written.startswith("#") else Value(parse_expression(written))
    pattern = parse_pattern(condition) if condition else None
    return Each(item, pattern, is_list) if is_list or pattern else item
