"""Numbers of other forms that an invoice of the trade carries: containers, plates, declarations, despatch notes."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping

from envs.logisticsqa.generate.identifiers import container, digits
from envs.logisticsqa.generate.lexicon import LABELS
from envs.logisticsqa.generate.plan import Plan
from envs.logisticsqa.generate.slots import Reference, Slots


def _letters(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(string.ascii_uppercase, k=count))


OTHER: Mapping[str, Callable[[random.Random], str]] = {
    "bl": lambda rng: f"MEDU{digits(rng, 9)}",
    "awb": lambda rng: f"235-{digits(rng, 8)}",
    "road": lambda rng: f"CMR{digits(rng, 7)}",
    "delivery": lambda rng: f"{_letters(rng, 3)}2026{digits(rng, 9)}",
    "container": container,
    "plate": lambda rng: f"{rng.randint(10, 81)} {_letters(rng, 3)} {digits(rng, 3)}",
    "customs": lambda rng: f"26TR{digits(rng, 6)}X{digits(rng, 6)}",
    "own": lambda rng: f"JOB{digits(rng, 6)}",
    "order": lambda rng: f"45{digits(rng, 8)}",
}
"""Numbers of other forms, by the family of their label."""

_CODES = {"bl": "BOL ID", "own": "VN ID", "order": "Order ID", "delivery": "sourcedocument"}
_DRAWN = 4


def scatter(slots: Slots, plan: Plan, *, rng: random.Random) -> None:
    """Place decoys of other forms in notes, documents, lines and fields."""
    issuer = plan.issuer
    for family in rng.sample(list(OTHER), _DRAWN):
        label, value = rng.choice(LABELS[issuer.language][family]), OTHER[family](rng)
        place = rng.choice(("note", "document", "line", "property"))
        if family == "delivery":
            slots.despatch.append(value)
        elif place == "note":
            slots.notes.insert(rng.randint(0, len(slots.notes)), issuer.labelled(label, value))
        elif place == "document":
            code = _CODES.get(family, "") if rng.random() < 0.3 else ""
            reference = Reference(value, code, "" if code else issuer.wording(label))
            slots.additional.insert(rng.randint(0, len(slots.additional)), reference)
        elif place == "line":
            slots.line_notes[1].append(issuer.labelled(label, value))
        else:
            slots.properties.append((issuer.wording(label), value))
    if rng.random() < 0.6:
        slots.order = plan.print.printed(plan.print.draw(rng))
    if rng.random() < 0.4:
        slots.accounting_cost = f"{rng.randint(4000, 7999)}/{rng.randint(10, 99)}"
    if issuer.language != "tr" and rng.random() < 0.5:
        slots.buyer_reference = f"OPS-{rng.randint(100, 999)}"
    if rng.random() < 0.3:
        slots.contract = f"CT-{rng.randint(2023, 2026)}-{rng.randint(100, 999)}"
