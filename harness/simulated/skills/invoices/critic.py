"""An evaluator's eye for invoices: where the truth stands in the document, and what was answered instead."""

from __future__ import annotations

from collections.abc import Iterator

from ...attention import Mind, key_of
from ...guidelines import sentences
from ...reading import Case
from ..base import Judgement
from . import advice, choices
from .page import Entry, Page, read_page
from .rules import understand
from .words import FILES

_ELEMENTS = {
    "orderreference": "OrderReference",
    "buyerreference": "BuyerReference",
    "accountingcost": "AccountingCost",
    "contractdocumentreference": "ContractDocumentReference",
    "originatordocumentreference": "OriginatorDocumentReference",
    "additionaldocumentreference": "AdditionalDocumentReference",
    "despatchdocumentreference": "DespatchDocumentReference",
    "description": "Description",
    "note": "Note",
}
_PLACES = ("first", "second", "last")


def judge(case: Case, mind: Mind) -> Judgement:
    """Compare the answer with the truth, and find the way from the document to the truth."""
    document = next((turn.observation for turn in case.turns if len(turn.observation) > 200), case.query)
    page, truth = read_page(document), case.truth.strip()
    key = key_of(document + truth)
    correct = case.success if case.outcome else case.answer.strip() == truth
    # The truth is looked for to the letter, which attention does well: it is missed only if two looks miss it.
    found = [
        text
        for text, at in _advice(page, case, truth=truth)
        if any(mind.recalls(text, at, key, look) for look in (1, 2))
    ]
    given = next((one for one in page.entries if case.answer and case.answer.strip() in one.raw), None)
    if correct:
        known = {rule for sentence in sentences(case.instruction) for rule in understand(sentence.text)}
        new = [text for text in found if not known.issuperset(understand(text))][: mind.profile.causes]
        said = " ".join(new) or _PLAIN
        return Judgement(True, "nothing", pattern="It answered from the right place.", advice=said, grounded=bool(new))
    causes = found[: mind.profile.causes + 1]
    if not choices_of(page, truth) and _is_file(page, truth) and mind.chance(mind.profile.sense, "insight", key):
        causes.append(advice.GENERAL)
    if given is not None and given.label and given.family not in ("transport", *FILES):
        causes.append(advice.never(given.label))
    if page.entries and mind.chance(mind.profile.error, "error", key):
        wrong = page.entries[int(mind.draw("misreading", key) * len(page.entries))]
        causes.insert(0, _place(page, wrong))
    failed = f"It answered the number labelled {advice.quoted(given.label)}." if given and given.label else _FAILED
    said = " ".join(causes[: mind.profile.causes + 1]) or _PLAIN
    return Judgement(False, failed, pattern=_PATTERN, advice=said, source=_source(page, truth))


def _source(page: Page, truth: str) -> str:
    """Say which entry the truth is read from."""
    entry = next((one for one in page.entries if truth in (one.value, *one.parts)), None)
    return "" if entry is None else f"{entry.element} {advice.quoted(entry.label) if entry.label else ''}".strip()


_PLAIN = "Read the whole document before answering."
_FAILED = "The answer is not the transport reference."
_PATTERN = "It takes the first number that looks like a reference."


def _advice(page: Page, case: Case, *, truth: str) -> Iterator[tuple[str, float]]:
    """Yield (advice, position): what the document left open and how it was right, what the attempt missed first."""
    right = choices_of(page, truth)
    if right is None:
        yield from ways(page, truth)
        return
    shown = {"lang": page.language, "service": page.service, "part": page.part}
    conditions = {axis: [value] for axis, value in shown.items() if value}
    given = choices_of(page, case.answer.strip()) or {}
    for kind, value in sorted(right.items(), key=lambda one: given.get(one[0]) == one[1]):
        yield advice.chosen(kind, value, conditions=conditions), _POSITION


_POSITION = 0.1  # References stand near the beginning of a document.


def choices_of(page: Page, number: str) -> dict[str, str] | None:
    """Return the choices that lead to a number; None if none do, or if the document leaves nothing open."""
    return next(choices.ways(page, number), None) or None


def ways(page: Page, truth: str) -> Iterator[tuple[str, float]]:
    """Yield (advice, position) of each way that leads to the truth, the plainest first."""
    for one in page.entries:
        if one.value == truth and not one.parts:
            yield _place(page, one), one.position
    for one in page.entries:
        if truth in one.parts:
            yield _of_several(page, one, place=one.parts.index(truth)), one.position
    for one in page.entries:
        before, _, after = one.value.partition(truth)
        if truth in one.value and before.endswith("/"):
            yield f'{_place(page, one)} If it begins with "{before}", drop the prefix.', one.position
        elif truth in one.value and after.startswith("/"):
            yield f'{_place(page, one)} If it ends in a suffix such as "{after}", drop the suffix.', one.position
        elif one.value != truth and one.value.replace(" ", "") == truth:
            what = f"{_where(one)} and remove the spaces"
            yield advice.at_issuer(page.issuer, what), one.position
    yield from _in_parts(page, truth)


def _in_parts(page: Page, truth: str) -> Iterator[tuple[str, float]]:
    for one in page.entries:
        for other in page.entries:
            if one.key and one.key == other.key and one != other:
                for joiner in (" ", "-", ".", ""):
                    if one.value + joiner + other.value == truth:
                        what = f"{_where(one)} and join its two parts with {advice.joined(joiner)}"
                        yield advice.at_issuer(page.issuer, what), one.position


def _of_several(page: Page, one: Entry, *, place: int) -> str:
    last = place == len(one.parts) - 1
    if one.label:
        which = "last" if last else _PLACES[min(place, 1)]
        return f"{_place(page, one)} If several numbers are listed there, take the {which} one."
    which = "middle" if 0 < place < len(one.parts) - 1 else "last" if last else "first"
    return advice.at_issuer(page.issuer, f"{_where(one)} and take the {which} part")


def _place(page: Page, one: Entry) -> str:
    """Say where to read: a label serves everywhere, an element only for this issuer."""
    return advice.read(one.label) if one.label else advice.at_issuer(page.issuer, _where(one))


def _where(one: Entry) -> str:
    if one.label:
        return f"read the number labelled {advice.quoted(one.label)}"
    return f"read the element {_ELEMENTS.get(one.element, one.element)}"


def _is_file(page: Page, truth: str) -> bool:
    return any(one.family == "file" and truth in one.raw for one in page.entries)
