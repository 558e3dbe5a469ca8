"""The ledger: what the run's model calls took, by purpose and role."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from harness.core.domain import Purpose, Role, Usage
from harness.llm.key_set import KeySet

# Money and latency are summed as whole numbers of these, so that a total does not depend on the order of arrival.
_USD = 1_000_000_000_000
_SECONDS = 1_000_000_000


@dataclass(slots=True)
class _Account:
    calls: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    reasoning: int = 0
    usd: int | None = 0
    seconds: int = 0
    estimated: int = 0

    def add(self, usage: Usage) -> None:
        self.calls += usage.calls
        self.prompt += usage.prompt
        self.cached += usage.cached
        self.completion += usage.completion
        self.reasoning += usage.reasoning
        self.estimated += usage.estimated
        self.seconds += round(usage.seconds * _SECONDS)
        self.usd = None if self.usd is None or usage.usd is None else self.usd + round(usage.usd * _USD)

    def merge(self, other: _Account) -> None:
        self.calls += other.calls
        self.prompt += other.prompt
        self.cached += other.cached
        self.completion += other.completion
        self.reasoning += other.reasoning
        self.estimated += other.estimated
        self.seconds += other.seconds
        self.usd = None if self.usd is None or other.usd is None else self.usd + other.usd

    def usage(self) -> Usage:
        usd = None if self.usd is None else self.usd / _USD
        seconds = self.seconds / _SECONDS
        counts = (self.calls, self.prompt, self.cached, self.completion, self.reasoning)
        return Usage(*counts, usd=usd, seconds=seconds, estimated=self.estimated)

    def plain(self) -> dict[str, Any]:
        usage = self.usage()
        return {name: getattr(usage, name) for name in Usage.__slots__}


@dataclass(slots=True)
class _Accounts:
    asked: _Account = field(default_factory=_Account)
    paid: _Account = field(default_factory=_Account)


class Ledger:
    """Counts calls, tokens, money and latency by purpose and role.

    **Asked** is what the run takes from nothing: each distinct call once, wherever its answer came from, so that it
    is the same after a crash, a resume, a retried task and in a replay. **Paid** is what this process paid a provider.
    """

    def __init__(self) -> None:
        self._accounts: defaultdict[tuple[Purpose, Role], _Accounts] = defaultdict(_Accounts)
        self._asked = KeySet()

    def ask(self, key: str, purpose: Purpose, *, role: Role, usage: Usage) -> None:
        """Count a call whose answer the run used; the same `key` counts once."""
        if self._asked.add(key):
            self._accounts[purpose, role].asked.add(usage)

    def pay(self, purpose: Purpose, role: Role, *, usage: Usage) -> None:
        """Count a call that a provider answered in this process."""
        self._accounts[purpose, role].paid.add(usage)

    def asked(self, purpose: Purpose | None = None, role: Role | None = None) -> Usage:
        """Return what was asked, of one purpose or all, of one role or all."""
        return self._total("asked", purpose, role=role)

    def paid(self, purpose: Purpose | None = None, role: Role | None = None) -> Usage:
        """Return what this process paid, of one purpose or all, of one role or all."""
        return self._total("paid", purpose, role=role)

    def snapshot(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return ``{purpose: {role: {calls, prompt, ..., usd, seconds, paid: {calls, ...}}}}``, in a stable order."""
        table: dict[str, dict[str, dict[str, Any]]] = {}
        for purpose in Purpose:
            for role in Role:
                accounts = self._accounts.get((purpose, role))
                if accounts is not None:
                    row = accounts.asked.plain() | {"paid": accounts.paid.plain()}
                    table.setdefault(purpose.value, {})[role.value] = row
        return table

    def _total(self, split: str, purpose: Purpose | None, *, role: Role | None) -> Usage:
        total = _Account()
        for (of_purpose, of_role), accounts in self._accounts.items():
            if purpose in (None, of_purpose) and role in (None, of_role):
                total.merge(accounts.asked if split == "asked" else accounts.paid)
        return total.usage()
