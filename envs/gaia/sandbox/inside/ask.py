"""The functions that a tool may call on the host: a line out, a line back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

_MAX_LINE = 8 << 20


def asker(wire: int, name: str) -> Callable[[str], object]:
    """Return the function `name` of one text that the host answers."""

    def ask(text: str) -> object:
        message = memoryview(json.dumps({"ask": name, "text": str(text)}).encode() + b"\n")
        while message:
            message = message[os.write(wire, message) :]
        answer = json.loads(_read_line(wire))
        if "error" in answer:
            raise RuntimeError(f"{name}: {answer['error']}")
        return answer["answer"]

    ask.__name__ = ask.__qualname__ = name
    return ask


def _read_line(wire: int) -> bytes:
    parts = bytearray()
    while not parts.endswith(b"\n"):
        part = os.read(wire, 65536)
        if not part or len(parts) > _MAX_LINE:
            raise ConnectionError("the host gave no answer")
        parts += part
    return bytes(parts)
