"""The host's side of ``search`` and ``fetch``: a line in, a line out, counted and capped."""

from __future__ import annotations

import json

from envs.gaia.sandbox.api import JSON, Broker, Limits

BROKERED = ("search", "fetch")
_MAX_TEXT = 4096


class Desk:
    """Answers one call's questions to a broker."""

    def __init__(self, broker: Broker | None, limits: Limits) -> None:
        self._broker = broker
        self._limits = limits
        self._asked = 0

    @property
    def functions(self) -> list[JSON]:
        """The functions that the tool gets."""
        return list(BROKERED) if self._broker is not None else []

    @property
    def abused(self) -> bool:
        """Whether the tool keeps asking after it was told to stop."""
        return self._asked > 2 * self._limits.brokered_calls + 10

    async def answer(self, name: JSON, text: JSON) -> bytes:
        """Return the line that answers the question `text` to the function `name`."""
        self._asked += 1
        if self._asked > self._limits.brokered_calls:
            return _line({"error": f"a call may ask the host {self._limits.brokered_calls} times, no more"})
        if self._broker is None or name not in BROKERED or not isinstance(text, str) or len(text) > _MAX_TEXT:
            return _line(
                {"error": f"the host answers {', '.join(BROKERED)} with one text of up to {_MAX_TEXT} letters"}
            )
        try:
            found = await (self._broker.search(text) if name == "search" else self._broker.fetch(text))
        except Exception as error:
            return _line({"error": f"{type(error).__name__}: {error}"[:_MAX_TEXT]})
        answer = _line({"answer": found})
        if len(answer) <= self._limits.brokered_bytes:
            return answer
        if isinstance(found, str):
            return _line(
                {"answer": found.encode(errors="replace")[: self._limits.brokered_bytes // 6].decode(errors="ignore")}
            )
        return _line({"error": f"the answer is longer than {self._limits.brokered_bytes} bytes"})


def _line(message: dict[str, JSON]) -> bytes:
    return json.dumps(message).encode() + b"\n"
