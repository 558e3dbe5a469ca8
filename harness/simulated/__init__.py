"""The simulated model: a deterministic program that plays the part of a language model, text in and text out.

It sees only the request, and imports nothing of the project. README.md says what it is and what it is not.
"""

from __future__ import annotations

from .api import SimContextWindowError, context_window, parameters, price, respond, version
from .tokens import count_tokens

__all__ = [
    "SimContextWindowError",
    "context_window",
    "count_tokens",
    "parameters",
    "price",
    "respond",
    "version",
]
