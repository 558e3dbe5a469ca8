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

    def reader(self, places: Mapping[str, int]) -> Reader:
        """The expression for objects of which each variable's place is known.

        Raises
        ------
        MalformedError
            The expression names a variable that has no place.
        """
        missing = sorted(self.variables - places.keys())
        if missing:
            raise MalformedError(f"a template asks for {missing[0]!r} where no such object is at hand")
        return _reader(self._tree, self.text, places)


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
    _reader(tree, text, dict.fromkeys(variables, 0))
    return Expression(text, variables, tree)


def _reader(tree: ast.expr, text: str, places: Mapping[str, int]) -> Reader:
    constant = _constant(tree)
    if constant is not None:
        return lambda _values, _names: constant
    match tree:
        case ast.Name(variable) | ast.Attribute(ast.Name(variable), "name"):
            place = places[variable]
            return lambda values, names: names[values[place]]
        case ast.Attribute(ast.Name(variable), "id"):
            place = places[variable]
            return lambda values, _names: values[place]
        case ast.BinOp(left, ast.Add(), right):
            prefix, read = _constant(left), _reader(right, text, places)
            if prefix is not None:
                return lambda values, names: prefix + read(values, names)
            before = _reader(left, text, places)
            return lambda values, names: before(values, names) + read(values, names)
        case ast.BoolOp(ast.Or(), [first, *others]):
            readers = [_reader(part, text, places) for part in (first, *others)]
            return lambda values, names: next(filter(None, (read(values, names) for read in readers)), "")
    raise MalformedError(f"unknown template expression {{{text}}}")


def _constant(tree: ast.expr) -> str | None:
    """The text of an expression that is the same for all objects."""
    match tree:
        case ast.Constant(str(constant)):
            return constant
        case ast.Attribute(ast.Name(), attribute) if attribute in _ARTICLES:
            return _ARTICLES[attribute]
        case ast.BinOp(left, ast.Add(), right):
            before, after = _constant(left), _constant(right)
            return None if before is None or after is None else before + after
    return None
