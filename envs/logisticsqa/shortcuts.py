"""Three readers that know no rules: they show how far a document gives its reference away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from envs.logisticsqa.documents import parsed
from envs.logisticsqa.generate.lexicon import FILES, LABELS, shouted
from envs.logisticsqa.references import references

_NUMBER = r"(?:[A-Z]{3}/)?\d(?:[ .-]?\d){4,}(?:/\d\d)?"
_ANY = re.compile(r"[A-Z0-9][A-Z0-9./ -]*\d[A-Z0-9]*(?:/\d\d)?")
_FORM = re.compile(rf"(?<![\w-]){_NUMBER}(?![\w-])")
_DIGITS = range(11, 16)
_LABEL = re.compile(r"^(.*?)\s*[:=]\s*(.*)$")
_KNOWN = frozenset(
    shouted(label) for labels in LABELS.values() for family in ("transport", *FILES) for label in labels[family]
)


def by_label(document: str) -> str:
    """Return the first number under a label that says transport reference, file, position or shipment."""
    return next((_first(_ANY, value) for label, value in _labelled(document) if shouted(label) in _KNOWN), "")


def by_shape(document: str) -> str:
    """Return the first number that has the form of a forwarder's number."""
    found = (match[0] for _, value in _labelled(document) for match in _FORM.finditer(value))
    return next((one for one in found if _size(one) in _DIGITS), "")


def first_number(document: str) -> str:
    """Return the first number of the first place where a reference may stand."""
    return next((found for _, value in _labelled(document) if (found := _first(_ANY, value))), "")


SHORTCUTS: Mapping[str, Callable[[str], str]] = {
    "labels by lexicon": by_label,
    "shape": by_shape,
    "first number": first_number,
}


def _labelled(document: str) -> Iterator[tuple[str, str]]:
    for one in references(parsed(document.encode())):
        match = _LABEL.match(one.value)
        if one.label:
            yield one.label, one.value
        elif match:
            yield match[1].removesuffix(" ½"), match[2]
        else:
            yield "", one.value


def _first(pattern: re.Pattern[str], value: str) -> str:
    match = pattern.search(value.split(", ")[0].split(" (")[0])
    return match[0].strip() if match else ""


def _size(number: str) -> int:
    """Count the digits of a number, without an office prefix and a leg."""
    return sum(c.isdigit() for c in re.sub(r"/\d\d$", "", number))
