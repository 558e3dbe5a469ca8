"""What all methods have the same amount of, allotted to scopes beforehand and checked at step boundaries.

A scope's share is fixed when a scope made beside it first asks for its own: scopes that were made together share
evenly what their parent has left. Use is counted in whole numbers from what each verb took when it was done, so that
it depends neither on time, nor on which strand is faster, nor on calls that were tried again.
"""

from __future__ import annotations

from typing import Literal

from harness.core.domain import Usage
from harness.core.errors import ConfigError

Match = Literal["steps", "chain", "rollouts", "tokens", "cost"]
"""What methods are compared at the same amount of; see `conf/config.yaml`."""

UNITS = {"rollouts": 1, "tokens": 1, "cost": 10**12}
"""What an amount is counted in: whole rollouts, tokens, and millionths of a millionth of a dollar."""

TOO_MANY = 2
"""A scope that uses so many times its share without ever asking whether it may go on is stopped as not fair."""


class Allowance:
    """The share of one scope, and what it has used of it.

    Parameters
    ----------
    match
        With ``steps`` and ``chain`` there is nothing to share: the method's own `steps` end it.
    amount
        In all: rollouts, tokens or US dollars.
    """

    def __init__(self, match: Match = "steps", amount: float | None = None, parent: Allowance | None = None) -> None:
        self.match = match
        self._unit = UNITS.get(match, 0)
        self._amount = None if amount is None else round(amount * self._unit)
        self._parent = parent
        self._children: list[Allowance] = []
        self._waiting: list[Allowance] = []
        self._own = 0
        self._allotted = 0
        self._boundary = 0
        self._largest_step = 0
        self._asked = False

    def child(self) -> Allowance:
        """Return the share of a new scope; it is fixed when one that was made beside it is first asked."""
        child = Allowance(self.match, parent=self)
        self._children.append(child)
        self._waiting.append(child)
        return child

    def count(self, usage: Usage, rollouts: int = 0) -> None:
        """Count what a verb took.

        Raises
        ------
        ConfigError
            If money is counted and a price is unknown.
        """
        if self.match == "rollouts":
            self._own += rollouts
        elif self.match == "tokens":
            self._own += usage.prompt + usage.completion
        elif self.match == "cost":
            if usage.usd is None:
                raise ConfigError("budget.match=cost: a model's price is unknown; set backbone.<role>.price")
            self._own += round(usage.usd * self._unit)

    def another_step(self) -> bool:
        """Return whether one more step, as large as the largest so far, is within the share. The first always is."""
        self._asked = True
        if not self._unit:
            return True
        self._largest_step = max(self._largest_step, self._own - self._boundary)
        self._boundary = self._own
        return self._own == 0 or self._own + self._largest_step <= self._share()

    def overdrawn(self) -> bool:
        """Return whether the scope goes on far beyond its share and never asked whether it may."""
        return bool(self._unit) and not self._asked and self._own > TOO_MANY * self._share()

    def facts(self) -> dict[str, str | float]:
        """Return the share and what was used of it, with all scopes below, for the lineage."""
        unit = self._unit or 1
        return {"match": self.match, "amount": self._share() / unit, "used": self._used() / unit}

    def _share(self) -> int:
        if self._amount is None:
            self._amount = self._parent._allot() if self._parent else 0
        return self._amount

    def _allot(self) -> int:
        share = max(0, self._share() - self._own - self._allotted) // len(self._waiting)
        for child in self._waiting:
            child._amount = share
        self._allotted += share * len(self._waiting)
        self._waiting.clear()
        return share

    def _used(self) -> int:
        return self._own + sum(child._used() for child in self._children)
