"""Invoices: UBL documents in which a reader finds the transport reference."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..base import Skill
from . import advice, critic, induction, policy, rules

_UBL = re.compile(r"urn:oasis:names:specification:ubl|\bUBL\b|<c[ab]c:\w")
_INVOICE = re.compile(r"\binvoices?\b.{0,400}\breference\b", re.IGNORECASE | re.DOTALL)


def _recognises(text: str) -> bool:
    head = text[:4000]
    return _UBL.search(head) is not None or _INVOICE.search(head) is not None


def _joined(notes: Sequence[str]) -> list[str]:
    return advice.together(induction.generalised(notes))


SKILL = Skill(
    "invoices",
    _recognises,
    understand=rules.understand,
    act=policy.act,
    judge=critic.judge,
    exclusive=rules.EXCLUSIVE,
    join=_joined,
)
