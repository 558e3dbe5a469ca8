"""Putting the forwarder's numbers, and the decoys of their form, into an invoice."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from envs.logisticsqa.generate.lexicon import FILES, LABELS
from envs.logisticsqa.generate.numbers import halves
from envs.logisticsqa.generate.plan import Plan
from envs.logisticsqa.generate.slots import Reference, Slots

HALF = " ½"
"""What follows the label of a number that is printed in two halves."""

_TRANSPORT = {"road": "road", "sea": "bl", "air": "awb", "customs": "customs"}
_BEFORE = (3, 25)  # days from one date of a reference to the next, and to the invoice


def place(slots: Slots, plan: Plan, *, dearest: int, count: int) -> None:
    """Fill in what the document's truth is read from, mixed with decoys of the same form in the same places.

    Parameters
    ----------
    dearest, count
        The line with the highest amount, and how many lines there are.
    """
    rng = plan.rng("placing")
    entries = [*_candidates(plan, rng), *decoys(plan, rng)]
    rng.shuffle(entries)
    for label, value in entries:
        header(slots, plan, label=label, value=value)
    if plan.situation.kinds and "branch" in plan.situation.kinds:
        label = rng.choice(LABELS[plan.issuer.language]["branch"])
        slots.notes.insert(rng.randint(0, len(slots.notes)), plan.issuer.labelled(label, plan.print.branch))
    _in_lines(slots, plan, dearest=dearest, count=count, rng=rng)


def header(slots: Slots, plan: Plan, *, label: str, value: str) -> None:
    """Put a labelled number where this issuer prints references of the header."""
    issuer = plan.issuer
    if issuer.medium == "note":
        slots.notes.append(issuer.labelled(label, value))
    elif issuer.medium == "document":
        slots.additional.append(Reference(value, type=issuer.wording(label)))
    else:
        slots.additional.append(Reference(value, description=issuer.wording(label)))


def _candidates(plan: Plan, rng: Random) -> list[tuple[str, str]]:
    """Return the labels and values of the header that the truth may come from."""
    numbers = {name: plan.print.printed(number) for name, number in plan.candidates.items()}
    label = plan.issuer.labels["transport"]
    kind = plan.selecting
    if plan.situation.irreducible:
        labels = rng.sample(LABELS[plan.issuer.language]["unclear"], 2)
        return list(zip(labels, numbers.values(), strict=True))
    if kind == "file":
        return [(plan.issuer.labels[family], numbers[family]) for family in FILES]
    if kind == "place":
        return [(label, numbers["header"])]
    if kind == "several":
        middle = [numbers["smallest"], numbers["other"]]
        rng.shuffle(middle)
        return [(label, ", ".join([numbers["first"], *middle, numbers["last"]]))]
    if kind == "dated":
        later = plan.issued - timedelta(days=rng.randint(*_BEFORE))
        days = (later - timedelta(days=rng.randint(*_BEFORE)), later)
        both = [f"{numbers[name]} ({when.isoformat()})" for name, when in zip(("earlier", "later"), days, strict=True)]
        rng.shuffle(both)
        return [(label, ", ".join(both))]
    if kind == "halves":
        return [(label + HALF, halves(plan.candidates[""])[0])]
    return [(label, numbers[""])]


def decoys(plan: Plan, rng: Random) -> list[tuple[str, str]]:
    """Return numbers of the reference's form that belong to something else, as their labels say."""
    families = ["order", "own", "rival", _TRANSPORT[plan.condition.service]]
    return [(rng.choice(LABELS[plan.issuer.language][family]), _other(plan, rng)) for family in families]


def _in_lines(slots: Slots, plan: Plan, *, dearest: int, count: int, rng: Random) -> None:
    issuer, label = plan.issuer, plan.issuer.labels["transport"]
    if plan.selecting == "place":
        others = iter(("other", "another"))
        for line in range(1, count + 1):
            name = "first line" if line == 1 else "dearest line" if line == dearest else next(others)
            slots.line_notes[line].append(issuer.labelled(label, plan.print.printed(plan.candidates[name])))
    elif plan.selecting == "halves":
        slots.line_notes[1].append(issuer.labelled(label + HALF, halves(plan.candidates[""])[1]))
    for line in range(1, count + 1):
        if rng.random() < 0.4:
            decoy = issuer.labelled(rng.choice(LABELS[issuer.language]["delivery"]), _other(plan, rng))
            slots.line_notes[line].insert(rng.randint(0, 1), decoy)


def _other(plan: Plan, rng: Random) -> str:
    """Return a number of the document's form that is none of its candidates."""
    taken = {number.digits for number in plan.candidates.values()}
    number = plan.print.draw(rng)
    while number.digits in taken:
        number = plan.print.draw(rng)
    return plan.print.printed(number)
