"""The package `bfcl-eval` as it is installed: its data, read as files, and its simulators, each loaded alone.

Some modules of the package make folders beside it or read `.env` files when they are imported, and most need the SDKs
of many providers. None of these is imported here. A simulator's file needs the standard library and mpmath.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version as installed
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from harness.core.domain import digest
from harness.core.errors import ConfigError
from harness.core.extras import install

SIMULATORS = {
    "GorillaFileSystem": "gorilla_file_system",
    "MathAPI": "math_api",
    "MessageAPI": "message_api",
    "TicketAPI": "ticket_api",
    "TradingBot": "trading_bot",
    "TravelAPI": "travel_booking",
    "TwitterAPI": "posting_api",
    "VehicleControlAPI": "vehicle_control",
}
"""Class of a simulator to its file."""

_CODE = "eval_checker/multi_turn_eval/func_source_code"


class _Today(datetime):
    """The clock of the travel simulator, which asks how old a traveller is: the day on which the trading one stands."""

    @classmethod
    def today(cls) -> _Today:
        return cls(2024, 9, 1)


def missing() -> str:
    """Return the command that installs what is missing; empty where nothing is."""
    commands = [
        "pip install --no-deps bfcl-eval" if find_spec("bfcl_eval") is None else "",
        install("bfcl") if find_spec("mpmath") is None else "",
    ]
    return " && ".join(command for command in commands if command)


def version() -> str:
    """Return the version of the package."""
    return installed("bfcl-eval")


def questions(kind: str) -> Path:
    """Return the file of the conversations of a kind.

    Raises
    ------
    ConfigError
        If the package is not there, or has no such file.
    """
    if command := missing():
        raise ConfigError(f"env=bfcl needs the package bfcl-eval and mpmath: {command}")
    found = sorted((_root() / "data").glob(f"BFCL_v*_multi_turn_{kind}.json"))
    if not found:
        raise ConfigError(f"env.data={kind}: bfcl-eval {version()} has no file BFCL_v*_multi_turn_{kind}.json")
    return found[-1]


def answers(kind: str) -> Path:
    """Return the file of the ground truth of a kind."""
    return questions(kind).parent / "possible_answer" / questions(kind).name


@lru_cache
def documented(simulator: str) -> dict[str, dict[str, Any]]:
    """Return what the package says of each tool of a simulator: name to description and parameters."""
    path = _root() / "data" / "multi_turn_func_doc" / f"{SIMULATORS[simulator]}.json"
    return {entry["name"]: entry for entry in entries(path)}


def entries(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@lru_cache
def checksum(kind: str) -> str:
    """Return a digest of all that decides how a kind is played and scored: data, descriptions of tools, simulators."""
    files = [questions(kind), answers(kind), _root() / _CODE / "long_context.py"]
    for name in SIMULATORS.values():
        files += [_root() / _CODE / f"{name}.py", _root() / "data" / "multi_turn_func_doc" / f"{name}.json"]
    return digest([[path.name, sha256(path.read_bytes()).hexdigest()] for path in files])


@lru_cache
def simulator(name: str) -> Any:
    """Return the class of a simulator, from a module of our own: the package's modules stay as they are."""
    spec = spec_from_file_location(f"{__name__}.{SIMULATORS[name]}", _root() / _CODE / f"{SIMULATORS[name]}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    if name == "TravelAPI":
        vars(module)["datetime"] = _Today
    return getattr(module, name)


@lru_cache
def _root() -> Path:
    spec = find_spec("bfcl_eval")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])
