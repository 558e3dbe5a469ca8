"""The expressions of twl2 templates: attributes of the objects at hand, constant strings, `+` and `or`."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from envs.alfworld.engine.game import MalformedError

# Reads a text off the objects at hand, given the objects' display names.
Reader: TypeAlias = Callable[[Sequence[str], Mapping[str, str]], str]

# TextWorld gives every object of a PDDL game the same articles.
_ARTICLES = {"definite": "the", "indefinite": "a"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression, with the variables that it names."""

    text: str
    variables: frozenset[str]
    _tree: ast.expr

    def form(self, places: Mapping[str, int]) -> tuple[str, list[int]] | None:
        """The expression as a form for `%`, with the places of the objects whose names fill it; None for any other.

        Raises
        ------
        MalformedError
            The expression names a variable that has no place.
        """
        self._demand(places)
        return _form(self._tree, places)

    def reader(self, places: Mapping[str, int]) -> Reader:
        """The expression for objects of which each variable's place is known.

        Raises
        ------
        MalformedError
            The expression names a variable that has no place.
        """
        self._demand(places)
        return _reader(self._tree, self.text, places=places)

    def _demand(self, places: Mapping[str, int]) -> None:
        missing = sorted(self.variables - places.keys())
        if missing:
            raise MalformedError(f"a template asks for {missing[0]!r} where no such object is at hand")


def parse_expression(text: str) -> Expression:
    """Parse an expression such as `o.indefinite + ' ' + o.name`.

    Raises
    ------
    MalformedError
        The text uses a construct that the engine does not know.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise MalformedError(f"unknown template expression {{{text}}}") from None
    variables = frozenset(part.id for part in ast.walk(tree) if isinstance(part, ast.Name))
    _reader(tree, text, places=dict.fromkeys(variables, 0))
    return Expression(text, variables, tree)


def literal_form(text: str) -> str:
    """Constant text as a part of a form for `%`."""
    return text.replace("%", "%%")


def _form(tree: ast.expr, places: Mapping[str, int]) -> tuple[str, list[int]] | None:
    match tree:
        case ast.Constant(str(constant)):
            return literal_form(constant), []
        case ast.Name(variable) | ast.Attribute(ast.Name(variable), "name"):
            return "%s", [places[variable]]
        case ast.Attribute(ast.Name(), attribute) if attribute in _ARTICLES:
            return _ARTICLES[attribute], []
        case ast.BinOp(left, ast.Add(), right):
            before, after = _form(left, places), _form(right, places)
            return None if before is None or after is None else (before[0] + after[0], before[1] + after[1])
    return None


def _reader(tree: ast.expr, text: str, *, places: Mapping[str, int]) -> Reader:
    match tree:
        case ast.Constant(str(constant)):
            return lambda _values, _names: constant
        case ast.Attribute(ast.Name(), attribute) if attribute in _ARTICLES:
            article = _ARTICLES[attribute]
            return lambda _values, _names: article
        case ast.Name(variable) | ast.Attribute(ast.Name(variable), "name"):
            place = places[variable]
            return lambda values, names: names[values[place]]
        case ast.Attribute(ast.Name(variable), "id"):
            place = places[variable]
            return lambda values, _names: values[place]
        case ast.BinOp(left, ast.Add(), right):
            one, other = _reader(left, text, places=places), _reader(right, text, places=places)
            return lambda values, names: one(values, names) + other(values, names)
        case ast.BoolOp(ast.Or(), [first, *others]):
            readers = [_reader(part, text, places=places) for part in (first, *others)]
            return lambda values, names: next(filter(None, (read(values, names) for read in readers)), "")
    raise MalformedError(f"unknown template expression {{{text}}}")
