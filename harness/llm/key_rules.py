"""Where keys may not stand: a config is written to records, pages and trackers, so that it names variables instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from harness.llm.redact import looks_like_a_key

HEADERS = "extra_headers"
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
"""As variables are named everywhere; a key of small letters is not taken for one."""

_PARTS = ("apikey", "secret", "password", "authorization", "credential")
_WORDS = {"key", "token", "auth", "pass", "passwd", "bearer", "cookie"}
_HOW = "name the environment variable that holds it, in api_key_env or, for a header, in options.extra_headers"


def base_problem(base: str) -> str | None:
    """Return what is wrong with an endpoint's address, or None; the message does not repeat what may be a key."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return "this is no address"
    if "@" in base:
        return f"an address must not hold a user or a password: {_HOW} (Authorization: MY_VARIABLE)"
    if "?" in base or "#" in base:
        return f"an address must not hold a query, which may be a key: {_HOW}"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "an address begins with http:// or https:// and a host"
    return None


def options_problem(options: Mapping[str, Any]) -> str | None:
    """Return which option holds, or seems to hold, a key; the message does not repeat its value."""
    headers = options.get(HEADERS, {})
    if not isinstance(headers, Mapping):
        return f"{HEADERS} must map each header to the name of an environment variable"
    for name, variable in headers.items():
        if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable) or looks_like_a_key(variable):
            return f"{HEADERS}.{name} must be the name of the environment variable that holds the header's value"
    for path, value in _leaves({name: value for name, value in options.items() if name != HEADERS}, ""):
        if isinstance(value, str) and value and (_names_a_key(path) or looks_like_a_key(value)):
            return f"{path} must not hold a key: {_HOW}"
    return None


def _names_a_key(path: str) -> bool:
    last = path.rpartition(".")[2].lower()
    words = re.split(r"[^a-z0-9]+", last)
    return bool(_WORDS & set(words)) or any(part in "".join(words) for part in _PARTS)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield all values with the names that lead to them; of a list, under the list's own name."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, value
