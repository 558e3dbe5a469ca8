"""The twl2 file format: actions with a command's and an answer's template, and grammars of production rules."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from envs.alfworld.engine.game import MalformedError

_TOKEN = re.compile(
    r'\s*(?:#[^\n]*\s*)*(?:(?P<block>"""(?:.|\n)*?""")|(?P<string>"[^"]*")|(?P<sign>::|[;{}])|(?P<name>[\w/-]+)|(?P<end>$))'
)


@dataclass(frozen=True, slots=True)
class Production:
    """A text that a rule's name may be replaced by, where the condition (if any) holds."""

    condition: str
    text: str


@dataclass(slots=True)
class Document:
    """A twl2 file.

    Parameters
    ----------
    commands, answers : dict of str to str
        Each action's templates, by the action's name in lower case.
    rules : dict of str to tuple of Production
        Each rule's productions; the first that applies is used. Of two rules of one name the later counts.
    """

    commands: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    rules: dict[str, tuple[Production, ...]] = field(default_factory=dict)


def parse_document(text: str) -> Document:
    """Parse a twl2 text.

    Raises
    ------
    MalformedError
        The text uses a construct that the engine does not know.
    """
    document = Document()
    tokens = _tokens(text)
    for token in tokens:
        if token == "action":
            _read_action(document, next(tokens, ""), tokens=tokens)
        elif token == "grammar":
            document.rules.update(_rules(_value(token, tokens)))
        else:
            raise MalformedError(f"unknown twl2 construct {token[:40]!r}")
    return document


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            raise MalformedError(f"unknown twl2 construct {text[position : position + 40].strip()!r}")
        if match.lastgroup == "end":
            return
        yield match[match.lastgroup or 0]
        position = match.end()


def _read_action(document: Document, name: str, *, tokens: Iterator[str]) -> None:
    key = name.lower()
    if next(tokens, "") != "{":
        raise MalformedError(f"twl2 action {name[:40]!r} has no body")
    for token in tokens:
        match token:
            case "}":
                break
            case "template":
                document.commands[key] = _value(token, tokens)[1:-1]
            case "feedback":
                document.answers[key] = _value(token, tokens)[1:-1]
            case "grammar":
                lines = _value(token, tokens).split("\n")
                document.rules.update(_rules("\n".join(line for line in lines if not line.lstrip().startswith("#"))))
            case _:
                raise MalformedError(f"unknown twl2 construct {token[:40]!r} in action {name}")
    if key not in document.commands or key not in document.answers:
        raise MalformedError(f"twl2 action {name} lacks its template or its feedback")


def _value(key: str, tokens: Iterator[str]) -> str:
    separator, value, end = next(tokens, ""), next(tokens, ""), next(tokens, "")
    if separator != "::" or end != ";" or value.startswith('"""') != (key == "grammar") or not value.startswith('"'):
        raise MalformedError(f"twl2 {key} is not written as '{key} :: ... ;'")
    return value


@lru_cache(maxsize=1024)
def _rules(block: str) -> dict[str, tuple[Production, ...]]:
    try:
        data = json.loads(block[3:-3])
        return {
            name: tuple(Production(str(one.get("condition", "")), str(one["rhs"])) for one in productions)
            for name, productions in data.items()
        }
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise MalformedError(f"a twl2 grammar is not JSON rules with an 'rhs' each ({error})") from None
