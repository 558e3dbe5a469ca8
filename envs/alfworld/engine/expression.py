"""The expressions of twl2 templates: attributes of the objects at hand, constant strings, `+` and `or`."""

import ast
from collections.abc import Callable, Mapping
from typing import TypeAlias

from envs.alfworld.engine.game import MalformedError

# Reads a text off the variables' objects, given the objects' display names.
Reader: TypeAlias = Callable[[Mapping[str, str], Mapping[str, str]], str]

# TextWorld gives every object of a PDDL game the same articles.
_ARTICLES = {"definite": "the", "indefinite": "a"}


def parse_expression(text: str) -> tuple[Reader, frozenset[str]]:
    """Compile an expression such as `o.indefinite + ' ' + o.name`; also give the variables that it names.

    Raises
    ------
    MalformedError
        The text uses a construct that the engine does not know.
    """
    try:
        expression = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise MalformedError(f"unknown template expression {{{text}}}") from None
    variables = frozenset(part.id for part in ast.walk(expression) if isinstance(part, ast.Name))
    return _reader(expression, text), variables


def _reader(expression: ast.expr, text: str) -> Reader:
    match expression:
        case ast.Constant(str(constant)):
            return lambda _variables, _names: constant
        case ast.Name(variable) | ast.Attribute(ast.Name(variable), "name"):
            return lambda variables, names: names[variables[variable]]
        case ast.Attribute(ast.Name(variable), "id"):
            return lambda variables, _names: variables[variable]
        case ast.Attribute(ast.Name(), attribute) if attribute in _ARTICLES:
            article = _ARTICLES[attribute]
            return lambda _variables, _names: article
        case ast.BinOp(left, ast.Add(), right):
            one, other = _reader(left, text), _reader(right, text)
            return lambda variables, names: one(variables, names) + other(variables, names)
        case ast.BoolOp(ast.Or(), [first, *others]):
            readers = [_reader(part, text) for part in (first, *others)]
            return lambda variables, names: next(filter(None, (read(variables, names) for read in readers)), "")
    raise MalformedError(f"unknown template expression {{{text}}}")
