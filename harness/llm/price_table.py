"""LiteLLM's table of models (prices, windows), read as a file: importing LiteLLM costs seconds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

_FILE = "model_prices_and_context_window_backup.json"


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    package = find_spec("litellm")
    if package is None or package.origin is None:
        return {}
    path = Path(package.origin).with_name(_FILE)
    table: Mapping[str, Mapping[str, Any]] = orjson.loads(path.read_bytes()) if path.exists() else {}
    return table


def model_row(model: str) -> Mapping[str, Any] | None:
    """Return what LiteLLM's table says of a model id, with or without its provider's prefix; None if nothing."""
    if model == "sample_spec":
        return None
    return _table().get(model) or _table().get(model.partition("/")[2])


def context_window(model: str) -> int | None:
    """Return how many tokens a model takes, or None if the table does not know."""
    row = model_row(model) or {}
    tokens = row.get("max_input_tokens") or row.get("max_tokens")
    return int(tokens) if tokens else None


@lru_cache(maxsize=256)
def price_of(model: str) -> tuple[float, float, float] | None:
    """Return US dollars per token (prompt, cached, completion), or None if the table does not know."""
    row = model_row(model) or {}
    prompt, completion = row.get("input_cost_per_token"), row.get("output_cost_per_token")
    if prompt is None or completion is None:
        return None
    cached = row.get("cache_read_input_token_cost")
    return float(prompt), float(prompt if cached is None else cached), float(completion)


def knows_chat_model(model: str) -> bool:
    """Return whether the table lists a chat model under exactly this id."""
    return _table().get(model, {}).get("mode") in ("chat", "responses")


@lru_cache(maxsize=256)
def provider_of(model: str) -> str:
    """Return the provider of a model id: what stands before its ``/``, else what the table says."""
    prefix, slash, _ = model.partition("/")
    return prefix if slash else str((model_row(model) or {}).get("litellm_provider", ""))
