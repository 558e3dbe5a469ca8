"""Invoices: UBL documents in which a reader finds the transport reference."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...attention import Mind
from ...guidelines import Rule
from ...reading import Case, Chat
from ..base import Judgement
from . import advice, critic, policy, rules

_UBL = re.compile(r"urn:oasis:names:specification:ubl|\bUBL\b|<c[ab]c:\w")
_INVOICE = re.compile(r"\binvoices?\b.{0,400}\breference\b", re.IGNORECASE | re.DOTALL)


class InvoiceSkill:
    """See the package's modules: words, page, rules, policy, writing, critic, advice."""

    name = "invoices"
    exclusive = rules.EXCLUSIVE

    def recognises(self, text: str) -> bool:
        """Return whether a prompt is about references in invoices."""
        head = text[:4000]
        return _UBL.search(head) is not None or _INVOICE.search(head) is not None

    def understand(self, sentence: str) -> tuple[Rule, ...]:
        """Return the rules that a sentence states."""
        return rules.understand(sentence)

    def act(self, chat: Chat, mind: Mind) -> str:
        """Return the agent's next message."""
        return policy.act(chat, mind)

    def judge(self, case: Case, mind: Mind) -> Judgement:
        """Read one attempt with its ground truth."""
        return critic.judge(case, mind)

    def notice(self, cases: Sequence[Case], mind: Mind) -> Sequence[tuple[str, int]]:  # noqa: ARG002
        """Return nothing: what successful attempts show, their evaluations say."""
        return ()

    def join(self, notes: Sequence[str]) -> list[str]:
        """Name labels in one sentence."""
        return advice.together(notes)
