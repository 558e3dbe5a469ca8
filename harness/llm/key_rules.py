"""Where keys may not stand: a config is written to records, pages and trackers, so that it names variables instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.llm.redact import looks_like_a_key

HEADERS = "extra_headers"
_PLAIN_HEADERS = ("headers", "default_headers")
"""Options of other clients that would hold a header's value itself."""

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
"""As variables are named everywhere; a key of small letters is not taken for one."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
"""A word of a name in any case: ``access_token``, ``accessToken``, ``API-Key``."""

_PARTS = (
    "apikey", "accesskey", "privatekey", "accesstoken", "authtoken", "secret", "password", "authorization",
    "credential",
)  # fmt: skip
_WORDS = {
    "key", "keys", "token", "tokens", "auth", "pass", "passwd", "pwd", "bearer", "cookie", "jwt", "sig", "signature",
}  # fmt: skip
_HOW = "name the environment variable that holds it, in api_key_env or, for a header, in options.extra_headers"
_OWN = "settings are written to the record; let the setting name the environment variable that holds it"
_LEAST = 12
"""Letters of a key, at least."""
_PLACES = ("/", "~", "./", "../")
"""A path is no key; it may lead to one."""


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


def variable_problem(name: str) -> str | None:
    """Return why a text cannot be the name of a variable that holds a key, or None; it may be the key itself."""
    if _NAME.fullmatch(name) and not looks_like_a_key(name):
        return None
    return "this must be the name of the environment variable that holds the key, not the key"


def options_problem(options: Mapping[str, Any]) -> str | None:
    """Return which option of a model holds, or seems to hold, a key; the message does not repeat its value."""
    headers = options.get(HEADERS, {})
    if not isinstance(headers, Mapping):
        return f"{HEADERS} must map each header to the name of an environment variable"
    for name, variable in headers.items():
        if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable) or looks_like_a_key(variable):
            return f"{HEADERS}.{name} must be the name of the environment variable that holds the header's value"
    for path, value in _leaves({name: value for name, value in options.items() if name != HEADERS}):
        named = path[0] in _PLAIN_HEADERS or any(map(_names_a_key, path))
        if isinstance(value, str) and value and (named or looks_like_a_key(value) or _query_holds_key(value)):
            return f"{'.'.join(path)} must not hold a key: {_HOW}"
    return None


def settings_problem(where: str, settings: Mapping[str, Any]) -> str | None:
    """Return which setting of a method or an environment seems to hold a key; the message does not repeat its value.

    Names of one's own parts may mean anything (``stop_token``, ``sort_key``), so that the value must look like a key
    as well, but for names that mean nothing else.
    """
    for path, value in _leaves(settings):
        if not isinstance(value, str) or not value or _VARIABLE.fullmatch(value):
            continue
        if _is_key(path, value) or _query_holds_key(value):
            return f"{'.'.join((where, *path))} must not hold a key: {_OWN}"
    return None


def _is_key(path: Sequence[str], value: str) -> bool:
    if value.lower().startswith(("bearer ", "basic ", "authorization:")):
        return True
    if " " in value or value.startswith(_PLACES):
        return False
    joined = ["".join(_words(part)) for part in path]
    sure = any(part in name for name in joined for part in _PARTS if part != "secret")
    mixed = len(value) >= _LEAST and any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    named = any(map(_names_a_key, path))
    return sure or (named and mixed) or ("://" not in value and looks_like_a_key(value))


def _query_holds_key(value: str) -> bool:
    if "://" not in value or "?" not in value:
        return False
    return any(_names_a_key(name) and given for name, given in parse_qsl(value.partition("?")[2]))


def _names_a_key(name: str) -> bool:
    words = _words(name)
    return bool(_WORDS & set(words)) or any(part in "".join(words) for part in _PARTS)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield all values with the names that lead to them; of a list, under the list's own name."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, value
