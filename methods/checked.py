"""Checks of methods' settings, made when a method is constructed: one line with the setting, its value and the rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.core.errors import ConfigError


def whole(name: str, value: object, *, least: int = 1) -> None:
    """Check a whole number.

    Raises
    ------
    ConfigError
        If it is no whole number, or below `least`.
    """
    number = isinstance(value, int) and not isinstance(value, bool)
    check(name, value, holds=number and value >= least, rule=f"a whole number of at least {least}")  # type: ignore[operator]


def number(name: str, value: object, *, low: float, high: float) -> None:
    """Check a number in a closed interval."""
    real = isinstance(value, int | float) and not isinstance(value, bool)
    check(name, value, holds=real and low <= value <= high, rule=f"a number from {low:g} to {high:g}")  # type: ignore[operator]


def switch(name: str, value: object) -> None:
    """Check a switch."""
    check(name, value, holds=isinstance(value, bool), rule="true or false")


def one_of(name: str, value: object, *, allowed: Sequence[Any]) -> None:
    """Check a choice."""
    check(name, value, holds=value in allowed, rule=f"one of {', '.join(map(str, allowed))}")


def part(name: str, value: object) -> None:
    """Check a part that a config group names, such as ``cluster=kmeans``."""
    if not callable(value):
        raise ConfigError(f"method.{name}={value}: no {name} by that name; choose one with {name}=NAME")


def check(name: str, value: object, *, holds: bool, rule: str) -> None:
    """Raise `ConfigError` unless the rule holds."""
    if not holds:
        raise ConfigError(f"method.{name}={value}: {rule}")
