"""Keys never leave the process: not in errors, logs, tracebacks, records or journals.

Two nets. **Known** secrets (the values of variables whose name says so, and passwords in an endpoint's address) are
taken out of everything that is written, model answers included. What merely **looks** like a key is taken out of
what is said of errors, but not of answers, where it would be a guess about a model's text.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")

HIDDEN = "[redacted]"
_LEAST = 8
"""A shorter value of such a variable (`true`, `0`) is no key, and would be found in ordinary text."""

_SECRETS = re.compile(
    r"""\b(?:sk|pk|rk|gsk|xai|hf)[-_][A-Za-z0-9_\-*.]{6,}"""  # OpenAI, Anthropic, Groq, xAI, Hugging Face
    r"""|\bAIza[A-Za-z0-9_\-]{10,}"""  # Google
    r"""|(?<=[Bb]earer )[^\s'",}]+"""
    r"""|(?<=[Bb]asic )[A-Za-z0-9+/]{8,}={0,2}"""
    r"""|(?<=key=)[^\s&'",}]+"""
    r"""|(?<=://)[^\s/@:'"]+:[^\s/@'"]+(?=@)"""  # user:password in a URL
)
_USER = re.compile(r"(?<=://)[^\s/@'\"]+@")
_NAMES = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$", re.IGNORECASE)
_noted: set[str] = set()


def note(secret: str | None) -> None:
    """Hold a value for a secret from now on, whatever the name of its variable."""
    if secret and len(secret) >= _LEAST:
        _noted.add(secret)


def without_user(url: str) -> str:
    """Return a URL without ``user:password@``; what stood there is a secret from now on."""
    for user in _USER.findall(url):
        note(user[:-1])
        note(user[:-1].partition(":")[2])
    return _USER.sub("", url)


def secrets() -> tuple[str, ...]:
    """Return the known secrets, the longest first."""
    return _secrets(frozenset(_environment().items()), frozenset(_noted))


def _environment() -> Mapping[Any, Any]:
    # Undecoded where there is such: this is asked at every call of a model.
    return getattr(os.environ, "_data", os.environ)


@lru_cache(maxsize=4)
def _secrets(environment: frozenset[tuple[Any, Any]], noted: frozenset[str]) -> tuple[str, ...]:  # noqa: ARG001
    named = {value for name, value in os.environ.items() if len(value) >= _LEAST and _NAMES.search(name)}
    return tuple(sorted(named | noted, key=lambda value: (-len(value), value)))


def clean(text: str) -> str:
    """Return `text` without the known secrets."""
    return _without(text, secrets())


def clean_value(value: T) -> T:
    """Return a JSON-like value, such as an answer or an effect's result, without the known secrets."""
    known = secrets()
    return value if not known else _cleaned(value, known)


def clean_bytes(data: bytes) -> bytes:
    """Return the bytes of a file (text or JSON) without the known secrets."""
    for secret in _written(secrets()):
        if secret in data:
            data = data.replace(secret, HIDDEN.encode())
    return data


def clean_config(value: T) -> T:
    """Return a config without the known secrets and without passwords in addresses."""
    if isinstance(value, str):
        return clean(without_user(value) if "://" in value else value)  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {name: clean_config(inner) for name, inner in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return type(value)(clean_config(inner) for inner in value)
    return value


def redact(text: str) -> str:
    """Return `text` without the known secrets and without all that looks like one."""
    return _SECRETS.sub(HIDDEN, clean(text))


def one_line(error: BaseException, limit: int = 300) -> str:
    """Return an error as one redacted line of at most about `limit` characters."""
    text = redact(" ".join(str(error).split()))
    name = type(error).__name__
    text = text if text.startswith((name, "litellm.")) else f"{name}: {text}" if text else name
    return text if len(text) <= limit else text[:limit] + " ..."


def guard() -> None:
    """Take secrets out of every log line and traceback of this process from now on."""
    plain = logging.getLogRecordFactory()
    if getattr(plain, "redacts", False):
        return

    def record(*arguments: Any, **named: Any) -> logging.LogRecord:
        made = plain(*arguments, **named)
        try:
            made.msg, made.args = redact(made.getMessage()), None
        except (TypeError, ValueError):  # a broken format string: logging says so itself
            return made
        if made.exc_info and made.exc_info[0] is not None:
            made.exc_text = redact("".join(traceback.format_exception(*made.exc_info)).rstrip())
        return made

    record.redacts = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record)
    sys.excepthook = _tell
    threading.excepthook = lambda told: _tell(told.exc_type, told.exc_value, told.exc_traceback)


def _tell(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    print(redact("".join(traceback.format_exception(kind, error, trace))), file=sys.stderr, end="")


def _cleaned(value: Any, known: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return _without(value, known)
    if isinstance(value, Mapping):
        return {_cleaned(name, known): _cleaned(inner, known) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner, known) for inner in value]
    return value


def _without(text: str, known: tuple[str, ...]) -> str:
    for secret in known:
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return text


@lru_cache(maxsize=8)
def _written(known: tuple[str, ...]) -> tuple[bytes, ...]:
    """Return secrets as they stand in files: plain, and as JSON writes them."""
    forms = [form for secret in known for form in (secret, json.dumps(secret)[1:-1])]
    return tuple(form.encode("utf-8", "replace") for form in dict.fromkeys(forms))
