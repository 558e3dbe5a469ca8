"""The embedded model: the package that the entry point ``harness.embedded_model`` names; never imported by name.

The shipped one is `harness.simulated`. It takes a request and returns a response, both in the form of OpenAI's chat
completions, and shares no type with the harness.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

from harness.core.errors import ConfigError

GROUP = "harness.embedded_model"
NAME = "sim"


class EmbeddedModel(Protocol):
    """What the package offers. `model` is an id such as ``sim/small``; `settings` change its parameters."""

    SimContextWindowError: type[Exception]
    """Raised by `respond` for a prompt beyond the model's window."""

    def respond(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response to a request; its ``latency`` is in simulated seconds."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the length of a text in the model's tokens."""
        ...

    def context_window(self, model: str, settings: Mapping[str, Any]) -> int:
        """Return how many tokens the model takes."""
        ...

    def price(self, model: str) -> Mapping[str, float]:
        """Return simulated dollars per million tokens: ``prompt``, ``cached`` and ``completion``."""
        ...

    def parameters(self, model: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return all parameters that answers depend on."""
        ...

    def version(self) -> str:
        """Return the version of the model's program."""
        ...


@cache
def embedded_model() -> EmbeddedModel:
    """Return the embedded model, imported when it is first used.

    Raises
    ------
    ConfigError
        If the package is not installed with its entry points.
    """
    for point in entry_points(group=GROUP, name=NAME):
        return cast("EmbeddedModel", point.load())
    raise ConfigError("the embedded model is not registered: install the project (`pip install -e .`) and try again")
