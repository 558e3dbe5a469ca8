"""Digests of the code of parts that are not shipped: an edited method or scorer is another run.

The module of a class counts, and the modules that it imports from the same folder or package, wherever in it the
import stands. Shipped parts count by their versions instead.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from harness.run.config.class_source import of_class
from harness.run.config.construct import TARGET
from harness.run.config.registry import Resolver

SHIPPED = ("harness", "methods", "envs", "conf")


def sources(where: str, node: Any, *, resolver: Resolver) -> dict[str, str]:
    """Return the digests of the modules behind the parts of a config node that are not shipped, by module."""
    found: dict[str, str] = {}
    if isinstance(node, Mapping):
        if TARGET in node:
            part = resolver.part(where, node[TARGET])
            if not part.shipped:
                factory = resolver.factory(where, node[TARGET])
                module = getattr(factory, "__module__", None) or part.target.rpartition(".")[0]
                found |= of_module(module) if _file(module) else of_class(where, factory)
        for key, value in node.items():
            found |= sources(f"{where}.{key}", value, resolver=resolver)
    elif isinstance(node, list):
        for value in node:
            found |= sources(where, value, resolver=resolver)
    return dict(sorted(found.items()))


def of_module(name: str) -> dict[str, str]:
    """Return the digests of a module and of those that it imports from its own folder or package, by module."""
    top = name.partition(".")[0]
    if top in SHIPPED:
        return {}
    root = _file(top) or _file(name)
    found: dict[str, str] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop()
        file = _file(module)
        if module in found or file is None or not _own(module, top, file=file, root=root):
            continue
        code = file.read_bytes()
        found[module] = hashlib.sha256(code).hexdigest()
        waiting += _imports(module, file, code=code)
    return found


def _own(module: str, top: str, *, file: Path, root: Path | None) -> bool:
    """Return whether a module is of the same package, or a script in the same folder as the top module."""
    first = module.partition(".")[0]
    if first == top:
        return True
    if first in SHIPPED or root is None or "site-packages" in file.parts:
        return False
    folder = root.parent.parent if root.name == "__init__.py" else root.parent
    return file.is_relative_to(folder)


def _file(module: str) -> Path | None:
    loaded = sys.modules.get(module)
    origin = getattr(loaded, "__file__", None)
    if origin is None:
        try:
            spec = find_spec(module)
        except (ImportError, ValueError, AttributeError):
            return None
        origin = spec.origin if spec else None
    path = Path(origin) if origin else None
    return path if path is not None and path.suffix == ".py" and path.is_file() else None


def _imports(module: str, file: Path, *, code: bytes) -> Iterator[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([base] if base else [])])
            if base:
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names)
