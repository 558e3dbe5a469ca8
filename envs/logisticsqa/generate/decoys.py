"""Numbers that are not the reference: labelled as what they are, in the places where references stand."""

from __future__ import annotations

from random import Random

from envs.logisticsqa.generate.issuers import Issuer
from envs.logisticsqa.generate.lexicon import LABELS
from envs.logisticsqa.generate.plan import Plan
from envs.logisticsqa.generate.shapes import OTHER
from envs.logisticsqa.generate.slots import Reference, Slots

BETTER_LOOKING = ("bl", "road", "awb")
"""Families that a careless reader takes for the transport reference."""

_CODES = {"bl": "BOL ID", "own": "VN ID", "order": "Order ID", "delivery": "sourcedocument"}


def before(slots: Slots, plan: Plan, rng: Random) -> None:
    """Place the decoys that stand before the reference; in tier 2 some that look better, in the same kind of place."""
    issuer = plan.issuer
    families = rng.sample(BETTER_LOOKING, 2 if issuer.tier == 2 else 1)
    for family in families:
        if issuer.convention == "B3":
            slots.line_notes.append(_text(issuer, family, rng))
        elif issuer.convention == "B4":
            slots.properties.append(_pair(issuer, family, rng))
        elif issuer.convention in ("B2", "B5", "B6"):
            slots.additional.append(_reference(issuer, family, rng))
        else:
            slots.notes.append(_text(issuer, family, rng))
    if issuer.convention == "B5":
        slots.additional.append(Reference(OTHER["bl"](rng), type_code="BOL ID"))


def after(slots: Slots, plan: Plan, rng: Random) -> None:
    """Place what else an invoice of a haulier carries: in notes, documents, lines and fields."""
    issuer = plan.issuer
    used = {"bl", "road", "awb"}
    for family in rng.sample([name for name in OTHER if name not in used], 4):
        place = rng.choice(("note", "document", "line", "property"))
        if family == "delivery":
            slots.despatch.append(OTHER["delivery"](rng))
        elif place == "note":
            slots.notes.append(_text(issuer, family, rng))
        elif place == "document":
            slots.additional.append(_reference(issuer, family, rng))
        elif place == "line":
            slots.line_notes.append(_text(issuer, family, rng))
        else:
            slots.properties.append(_pair(issuer, family, rng))
    if not slots.order and rng.random() < 0.6:
        slots.order = OTHER["order"](rng)
    if not slots.accounting_cost and rng.random() < 0.4:
        slots.accounting_cost = f"{rng.randint(4000, 7999)}/{rng.randint(10, 99)}"
    if not slots.buyer_reference and issuer.language != "tr" and rng.random() < 0.5:
        slots.buyer_reference = f"OPS-{rng.randint(100, 999)}"
    if not slots.contract and rng.random() < 0.3:
        slots.contract = f"CT-{rng.randint(2023, 2026)}-{rng.randint(100, 999)}"


def rival(slots: Slots, plan: Plan, rng: Random) -> None:
    """Place the number of the issuer's own shape that belongs to something else, in the same kind of place."""
    if not plan.rival:
        return
    issuer = plan.issuer
    label = rng.choice(LABELS[issuer.language]["rival"])
    code = issuer.convention
    if code in ("A2", "B2", "B5", "B6") or (code in ("D1", "D2", "D4") and not issuer.in_notes):
        slots.additional.append(Reference(plan.rival, type=issuer.wording(label)))
    elif code in ("A3", "B4"):
        slots.properties.append((issuer.wording(label), plan.rival))
    elif code == "B3":
        slots.line_notes.append(issuer.labelled(label, plan.rival))
    else:
        slots.notes.append(issuer.labelled(label, plan.rival))


def _label(issuer: Issuer, family: str, rng: Random) -> str:
    return rng.choice(LABELS[issuer.language][family])


def _text(issuer: Issuer, family: str, rng: Random) -> str:
    return issuer.labelled(_label(issuer, family, rng), OTHER[family](rng))


def _pair(issuer: Issuer, family: str, rng: Random) -> tuple[str, str]:
    return issuer.wording(_label(issuer, family, rng)), OTHER[family](rng)


def _reference(issuer: Issuer, family: str, rng: Random) -> Reference:
    code = _CODES.get(family, "") if rng.random() < 0.3 else ""
    return Reference(OTHER[family](rng), code, "" if code else issuer.wording(_label(issuer, family, rng)))
