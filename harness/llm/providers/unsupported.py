"""Parameters that a model does not take: left out of its requests, with a note, instead of an error."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from harness.llm.causes import chain

T = TypeVar("T")

SAMPLING = ("temperature", "top_p", "max_tokens", "reasoning_effort", "seed")
_OPTIONAL = (*SAMPLING, "response_format", "max_completion_tokens")
_SAYS = re.compile(
    r"unsupported[ _](?:parameter|value)|does not support|not supported|unrecognized request argument"
    r"|unknown (?:parameter|field|name)|extra inputs are not permitted|unexpected keyword",
    re.IGNORECASE,
)
_NAMED = re.compile("|".join(rf"(?<![\w]){name}(?![\w])" for name in sorted(_OPTIONAL, key=len, reverse=True)))
_log = logging.getLogger(__name__)


class Unsupported:
    """What was learned of each model from what it refused."""

    def __init__(self) -> None:
        self._refused: dict[str, set[str]] = {}

    async def asking(self, model: str, request: dict[str, Any], *, ask: Callable[[dict[str, Any]], Awaitable[T]]) -> T:
        """Return `ask(request)` without the parameters that the model is known to refuse, or refuses now.

        A refused request was not answered, so that asking again costs nothing.
        """
        while True:
            fitted = self.fitted(model, request)
            try:
                return await ask(fitted)
            except Exception as error:
                name = refused_parameter(error)
                if name is None or name not in fitted:
                    raise
                self._learn(model, name)

    def fitted(self, model: str, request: dict[str, Any]) -> dict[str, Any]:
        """Return the request without what the model is known to refuse."""
        refused = self._refused.get(model)
        if not refused:
            return request
        fitted = {name: value for name, value in request.items() if name not in refused}
        if "max_tokens" in refused and "max_tokens" in request and "max_completion_tokens" not in refused:
            fitted["max_completion_tokens"] = request["max_tokens"]  # the same under its newer name
        return fitted

    def _learn(self, model: str, name: str) -> None:
        self._refused.setdefault(model, set()).add(name)
        _log.warning("%s does not take %s: left out of its requests", model, name)


def refused_parameter(error: BaseException) -> str | None:
    """Return the optional parameter that a provider's error says it does not take, or None."""
    if getattr(error, "status_code", None) not in (400, 422):
        return None
    for link in chain(error):
        said = str(link)
        if _SAYS.search(said) and (named := _NAMED.search(said)):
            return named.group()
    return None
