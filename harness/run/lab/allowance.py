"""What all methods have the same amount of: shares of it, fixed beforehand, and when a method must end.

A scope's share is fixed when a scope made beside it first asks for its own: scopes that were made together share
what their parent has left, by their weights. Use is counted in whole numbers from what each verb took when it was
done, so that it depends neither on time, nor on which strand is faster, nor on calls that were tried again.

Before a step, a scope forecasts that step and the `Work` that must follow it, at the prices that the scope itself has
seen. See docs/design/budgets.md.
"""

from __future__ import annotations

import math
from typing import Literal, NoReturn

from harness.core.domain import Usage
from harness.core.errors import ConfigError
from harness.core.lab import NOTHING, Work

Match = Literal["steps", "chain", "rollouts", "tokens", "cost"]
"""What methods are compared at the same amount of; see `conf/config.yaml`."""

UNITS = {"rollouts": 1, "tokens": 1, "cost": 10**12}
"""What an amount is counted in: whole rollouts, tokens, and millionths of a millionth of a dollar."""

TOLERANCE = 0.02
"""How far beyond its amount a method may get: no forecast of a model's tokens is exact."""

GROWTH = 1.25
"""How many times the dearest so far the next step, and the work after it, may take (of tokens and money)."""

FIRST_GROWTH = 2.0
"""How many times the first step the second one may take: the agent then has modules that it lacked before."""

TOO_MANY = 2
"""A scope that uses this multiple of its share without ever asking for another step is stopped as unfair."""


class AmountTooSmall(ConfigError):
    """The amount does not reach for the smallest run of the method."""


class Taking:
    """What the rollouts of one verb take, added up as they end.

    Attributes
    ----------
    rollouts
        How many.
    played, evaluated
        What the agent's calls took, and what the evaluator's did, in units.
    """

    def __init__(self, match: Match) -> None:
        self._match = match
        self.rollouts = self.played = self.evaluated = 0

    def add(self, agent: Usage, evaluator: Usage, *, rollouts: int = 1) -> None:
        """Count a rollout, or several that took the same."""
        self.rollouts += rollouts
        self.played += rollouts * (1 if self._match == "rollouts" else units(agent, self._match))
        self.evaluated += rollouts * units(evaluator, self._match)


def units(usage: Usage, match: Match) -> int:
    """Return what calls count in whole units.

    Raises
    ------
    ConfigError
        If that is money, and a price is unknown.
    """
    if match == "tokens":
        return usage.prompt + usage.completion
    if match != "cost":
        return 0
    if usage.usd is None:
        raise ConfigError("budget.match=cost: a model's price is unknown; set backbone.<role>.price")
    return round(usage.usd * UNITS[match])


class Allowance:
    """The share of one scope, and what it has used of it.

    Parameters
    ----------
    match
        With ``steps`` and ``chain`` there is nothing to share: the method's own `steps` end it.
    amount
        In all: rollouts, tokens or US dollars.
    tolerance
        The part of the amount by which it may be exceeded before the run is refused.
    forecast
        Whether only an estimate is made: then what the strands need at most counts, not what they took.
    """

    def __init__(
        self,
        match: Match = "steps",
        amount: float | None = None,
        *,
        parent: Allowance | None = None,
        tolerance: float = TOLERANCE,
        forecast: bool = False,
    ) -> None:
        self.match = match
        self._tolerance = tolerance
        self._forecast = forecast
        self._unit = UNITS.get(match, 0)
        self._amount = None if amount is None else round(amount * self._unit)
        self._parent = parent
        self._children: list[Allowance] = []
        self._waiting: list[tuple[Allowance, int]] = []
        self._own = 0
        self._allotted = 0
        self._boundary = 0
        self._largest_step = 0
        self._growth = FIRST_GROWTH
        self._rollout = 0
        self._call = 0
        self._asks = 0
        self._needed = 0

    def child(self, share: int = 1) -> Allowance:
        """Return the allowance of a new scope.

        Parameters
        ----------
        share
            The weight of its share, which is fixed when a scope that was made beside it is first asked. 0: it has
            none and draws on what the others leave.
        """
        child = Allowance(self.match, parent=self, tolerance=self._tolerance)
        self._children.append(child)
        if share:
            self._waiting.append((child, share))
        return child

    def taking(self) -> Taking:
        """Return what counts the rollouts of one verb."""
        return Taking(self.match)

    def rolled_out(self, taking: Taking) -> None:
        """Count the rollouts of one verb, now that it is done."""
        self._own += taking.played + taking.evaluated
        if taking.rollouts:
            self._rollout = max(self._rollout, math.ceil(taking.played / taking.rollouts))

    def called(self, usage: Usage) -> None:
        """Count a call of a role."""
        taken = units(usage, self.match)
        self._own += taken
        self._call = max(self._call, taken)

    def another_step(self, rollouts: int = 0, then: Work = NOTHING) -> bool:
        """Return whether the next step, and `then` the work after it, are within the share. The first always is.

        Parameters
        ----------
        rollouts
            Of the next step; 0 where the method does not say.

        Raises
        ------
        AmountTooSmall
            If one step and the work after it are far beyond the share, or known to be beyond it.
        """
        self._asks += 1
        if not self._unit:
            return True
        used = self.used
        step, self._boundary = used - self._boundary, used
        if self._asks > 1:
            self._note_step(step)
        ahead = rollouts or self._largest_step
        after = self._price(then)
        if self.match != "rollouts":
            ahead, after = math.ceil(self._largest_step * self._growth), math.ceil(after * GROWTH)
        if self._asks == 1:
            self._needed = used + ahead + after
            if self.match == "rollouts" and self._needed > (1 + self._tolerance) * self._share():
                self._root()._refuse(self._scaled(self._needed))  # known exactly, and nothing was played
            return True
        if self._asks == 2:
            self._needed = used + after
            if self._needed > TOO_MANY * self._share():
                self._root()._refuse(self._scaled(self._needed))
        return step > 0 and used + ahead + after <= self._share()

    @property
    def used(self) -> int:
        """What this scope and all below have used, in units."""
        return self._own + sum(child.used for child in self._children)

    def overdrawn(self) -> bool:
        """Return whether the scope continues far beyond its share without asking whether it may."""
        return bool(self._unit) and not self._asks and self._own > TOO_MANY * self._share()

    def check_total(self) -> None:
        """Refuse a training that took more than the amount and the tolerance.

        Raises
        ------
        AmountTooSmall
            With the amount that would have been enough.
        """
        least = max([self.used, *(child._scaled(child._needed) for child in self._children)])
        taken = least if self._forecast else self.used
        if self._unit and taken > (1 + self._tolerance) * self._share():
            self._refuse(least)

    def facts(self) -> dict[str, str | float]:
        """Return the share and what was used of it, with all scopes below, for the record."""
        unit = self._unit or 1
        return {"match": self.match, "amount": self._share() / unit, "used": self.used / unit}

    def _root(self) -> Allowance:
        return self if self._parent is None else self._parent._root()

    def _price(self, work: Work) -> int:
        rollout = 1 if self.match == "rollouts" else self._rollout
        return work.rollouts * rollout + work.calls * self._call

    def _note_step(self, step: int) -> None:
        if self._largest_step:  # the second step on: what the last rise was, the next may be
            self._growth = max(GROWTH, step / self._largest_step)
        self._largest_step = max(self._largest_step, step)

    def _refuse(self, least: int) -> NoReturn:
        amount = self._share()
        raise AmountTooSmall(
            f"budget.amount={amount / self._unit:g} ({self.match}) is too small for this method: "
            f"set budget.amount={_rounded_up(least / self._unit)} or more"
        )

    def _scaled(self, needed: int) -> int:
        """Return what the whole amount must be for this scope's share to be `needed`."""
        share = max(1, self._share())
        return (
            needed if self._parent is None else self._parent._scaled(math.ceil(needed * self._parent._share() / share))
        )

    def _share(self) -> int:
        if self._amount is None:
            self._amount = self._parent._allot(self) if self._parent else 0
        return self._amount

    def _allot(self, asking: Allowance) -> int:
        left, weights = max(0, self._share() - self._own - self._allotted), sum(weight for _, weight in self._waiting)
        shares = {child: left * weight // weights for child, weight in self._waiting}
        if asking not in shares:  # it has none of its own: what the whole scope has is its bound
            return self._share()
        for child, share in shares.items():
            child._amount = share
        self._allotted += sum(shares.values())
        self._waiting.clear()
        return shares[asking]


def _rounded_up(amount: float) -> str:
    """Return an amount with three digits, never less than it is."""
    step = 10.0 ** (math.floor(math.log10(amount)) - 2) if amount > 0 else 1.0
    return f"{max(amount, math.ceil(amount / step) * step):.6g}"
