"""Keys never leave the process: not in errors, logs, tracebacks, records or journals.

Two nets. Keys **in use** (of the run's models, see `harness.llm.keys`) are taken out of everything that is written,
model answers included. What merely **looks** like a key, and the values of other variables whose name says that they
are secret, are taken out of errors and logs alone: in an answer an ordinary word may be such a value
(``POSTGRES_PASSWORD=postgres``), and the environment must not change a score.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, TypeVar

from harness.core.printable import printable

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
_WORD = re.compile(r"""[^\s'"]+""")
_USER = re.compile(r"[^/@:]+")
_PORT = re.compile(r"\d{1,5}[/?#]")
_NAMES = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$", re.IGNORECASE)
_noted: tuple[str, ...] = ()
"""The secrets in use, the longest first."""
_noting = threading.Lock()


def note(secret: str | None) -> None:
    """Hold a value for a secret from now on, whatever the name of its variable."""
    global _noted
    if secret and len(secret) >= _LEAST and secret not in _noted:
        with _noting:
            _noted = _sorted({*_noted, secret})


def forget() -> None:
    """Hold nothing for a secret any more, as in a new process."""
    global _noted
    _noted = ()


def without_user(url: str) -> str:
    """Return a URL without ``user:password@``; what stood there is a secret from now on."""
    return _WORD.sub(lambda found: _without_user(found[0]), url)


def _without_user(word: str) -> str:
    # A password may hold / and @, so that it ends at the last @ of the word; what looks like a port is none.
    kept, at, last = [], 0, word.rfind("@")
    while 0 <= (sign := word.find("://", at)) < last:
        start = sign + 3
        user = _USER.match(word, start)
        end = start if user is None else user.end()
        if user and word[end] == ":" and not _PORT.match(word, end + 1):
            end = last
        if user and word[end] == "@":
            note(word[start:end])
            note(word[start:end].partition(":")[2])
            kept.append(word[at:start])
            at = end + 1
        else:
            kept.append(word[at:end])
            at = end
    return "".join(kept) + word[at:]


def secrets() -> tuple[str, ...]:
    """Return the secrets in use, the longest first."""
    return _noted


def looks_like_a_key(text: str) -> bool:
    """Return whether a text holds what looks like a key."""
    return _SECRETS.search(text) is not None


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(values, key=lambda value: (-len(value), value)))


def _of_the_environment() -> tuple[str, ...]:
    named = {value for name, value in os.environ.items() if len(value) >= _LEAST and _NAMES.search(name)}
    return _sorted(named)


def clean(text: str) -> str:
    """Return `text` without the secrets in use."""
    return _without(text, _noted)


def clean_value(value: T) -> T:
    """Return a JSON-like value, such as an answer or an effect's result, without the secrets in use."""
    known = secrets()
    return value if not known else _cleaned(value, known)


def clean_bytes(data: bytes) -> bytes:
    """Return the bytes of a file (text or JSON) without the secrets in use."""
    for secret in _written(secrets()):
        if secret in data:
            data = data.replace(secret, HIDDEN.encode())
    return data


def clean_config(value: T) -> T:
    """Return a config without the secrets in use and without passwords in addresses."""
    if isinstance(value, str):
        return clean(without_user(value) if "://" in value else value)  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {name: clean_config(inner) for name, inner in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return type(value)(clean_config(inner) for inner in value)
    return value


def redact(text: str) -> str:
    """Return what is said of an error without secrets, those of other programs too, and all that looks like one."""
    return _SECRETS.sub(HIDDEN, _without(clean(text), _of_the_environment()))


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
    text = redact("".join(traceback.format_exception(kind, error, trace)))
    print(printable(text, lines=True), file=sys.stderr, end="")


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
