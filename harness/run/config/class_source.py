"""The code of a class whose module is no file, such as a notebook's: the source of its functions and plain values."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from harness.core.errors import ConfigError


def of_class(where: str, factory: Callable[..., Any]) -> dict[str, str]:
    """Return the digest of a class's code, with that of its bases in the same module, under the class's name.

    Functions beside the class are not covered: a run does not notice when they change.

    Raises
    ------
    ConfigError
        If the source is not kept, as in ``python -c``: the run could not tell an edited class from the old one.
    """
    name = getattr(factory, "__qualname__", str(factory))
    kinds = factory.__mro__ if inspect.isclass(factory) else (factory,)
    code = [text for kind in kinds if kind.__module__ == factory.__module__ for text in _code(kind)]
    if not any(text.startswith("def:") for text in code):
        raise ConfigError(
            f"{where}: {name} cannot be identified, since its source is not kept here; define it in a file"
        )
    return {f"{factory.__module__}.{name}": hashlib.sha256("\n".join(code).encode()).hexdigest()}


def _code(kind: Any) -> Iterator[str]:
    members = vars(kind).items() if inspect.isclass(kind) else [(kind.__name__, kind)]
    for name, member in sorted(members):
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if inspect.isfunction(function):
            try:
                yield f"def:{name}\n{inspect.getsource(function)}"
            except (OSError, TypeError):  # made by a decorator, or nobody kept it
                continue
        elif isinstance(member, str | int | float | bool | tuple | list) and not name.startswith("__"):
            yield f"{name}={member!r}"
