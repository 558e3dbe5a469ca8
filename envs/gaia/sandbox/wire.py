"""Messages of a child, read by the host as what they are: bytes from a stranger."""

from __future__ import annotations

import asyncio
import json
import math
from typing import NoReturn

from envs.gaia.sandbox.api import JSON

MAX_DEPTH = 64


class Malformed(Exception):
    """What came is not the JSON that may come."""


class TooLong(Exception):
    """A message is longer than its cap."""


async def read_message(reader: asyncio.StreamReader) -> dict[str, JSON] | None:
    """Return the next message, None at the end; the cap is the reader's own.

    Raises
    ------
    TooLong
        If a line is longer than the cap.
    Malformed
        If it is no JSON object.
    """
    try:
        line = await reader.readline()
    except ValueError:
        raise TooLong from None
    except ConnectionError:
        return None
    if not line.endswith(b"\n"):
        return None
    message = decode(line)
    if not isinstance(message, dict):
        raise Malformed("a message is no object")
    return message


def decode(line: bytes) -> JSON:
    """Read JSON that is strict: finite numbers, valid Unicode, at most `MAX_DEPTH` levels.

    Raises
    ------
    Malformed
        If it is anything else.
    """
    try:
        value: JSON = json.loads(line, parse_constant=_refuse, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError, MemoryError) as error:
        raise Malformed(str(error)) from None
    if _deeper_than(value, MAX_DEPTH):
        raise Malformed(f"nested more than {MAX_DEPTH} levels deep")
    return value


def _deeper_than(value: JSON, depth: int) -> bool:
    level = [value]
    for _ in range(depth + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is not finite")
    return number
