"""How `budget.match` reaches a method: through its `steps` (DESIGN.md, "the same number of optimization steps")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.errors import ConfigError
from harness.run.config.settings import Budget

UNBOUNDED = 1_000_000
"""Steps of a method that ends when its share of rollouts, tokens or money is used up."""


def with_steps(method: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
    """Return a method's config with the steps that it may make.

    ``steps`` leaves them as they are: optimizer calls in all. ``chain`` gives a method that divides (it has
    `subsets`) that many steps in each strand. With rollouts, tokens or cost the steps end with the scope's share.
    """
    config = dict(method)
    steps = config.get("steps")
    if isinstance(steps, int) and not isinstance(steps, bool) and steps < 0:
        raise ConfigError(f"method.steps={steps}: at least 0 optimizer calls")
    if config.get("steps") is None or budget.match == "steps":
        return config
    if budget.match == "chain":
        subsets = config.get("subsets")
        if subsets is not None and not isinstance(subsets, int):
            raise ConfigError(f"method.subsets={subsets}: budget.match=chain needs a number")
        config["steps"] = int(config["steps"]) * (subsets or 1)
        return config
    config["steps"] = UNBOUNDED
    return config
