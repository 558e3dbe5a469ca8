"""Settings that say where something lies on a machine: what a record, and a tracker, holds of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

PLACES = ("data_dir", "dir", "gguf", "initial_module", "learned", "prompts", "results_dir", "script")
"""Names of such settings, at any level of a config."""


def without_folders(config: Any) -> Any:
    """Return a config with the last part of each place alone: records travel, and folders name people."""
    if not isinstance(config, Mapping):
        return config
    return {
        name: Path(value).name if name in PLACES and isinstance(value, str) else without_folders(value)
        for name, value in config.items()
    }


def without_places(config: Any) -> Any:
    """Return a config without its places."""
    if not isinstance(config, Mapping):
        return config
    return {name: without_places(value) for name, value in config.items() if name not in PLACES}
