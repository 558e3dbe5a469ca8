"""From cases to rules: what several cases of one kind have in common, said in fewer sentences.

A case is a sentence that states one choice for a conjunction of conditions ("On Turkish invoices for sea services from
terminals, drop the suffix."). Where one axis alone tells the cases of a kind apart, it is taken for what decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .advice import PHRASES, chosen
from .rules import understand
from .words import NAMES

_LEAST = 3  # cases of a kind, with at least two outcomes, before anything is concluded


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence that states one choice: the conditions by axis, each with the values that it names."""

    text: str
    kind: str
    value: str
    conditions: Mapping[str, tuple[str, ...]]


def generalised(sentences: Sequence[str]) -> list[str]:
    """Return sentences with the cases of each kind replaced by rules on one axis, where one axis explains them all."""
    cases = [case for one in sentences if (case := _case(one)) is not None]
    covered: dict[str, str] = {}
    for kind in dict.fromkeys(case.kind for case in cases):
        own = [case for case in cases if case.kind == kind]
        axis = _deciding(own)
        if axis:
            rules = _rules(own, axis)
            covered |= {case.text: rules[case.value] for case in own if axis in case.conditions}
    return list(dict.fromkeys(covered.get(one, one) for one in sentences))


def _case(text: str) -> Case | None:
    rules = understand(text)
    if not rules or len({(rule.kind, rule.value, rule.positive) for rule in rules}) > 1 or not rules[0].positive:
        return None
    conditions: dict[str, dict[str, None]] = {}
    for rule in rules:
        for part in filter(None, rule.subject.split("&")):
            axis, _, value = part.partition(":")
            conditions.setdefault(axis, {})[value] = None
    first = rules[0]
    if not conditions or not conditions.keys() <= NAMES.keys() or (first.kind, first.value) not in PHRASES:
        return None
    return Case(text, first.kind, first.value, {axis: tuple(values) for axis, values in conditions.items()})


def _deciding(cases: Sequence[Case]) -> str:
    """Return the one axis on which no value has two outcomes and on which cases agree most; nothing if in doubt."""
    if len(cases) < _LEAST or len({case.value for case in cases}) == 1:
        return ""
    agreements: dict[str, int] = {}
    for axis in NAMES:
        seen = [(value, case.value) for case in cases for value in case.conditions.get(axis, ())]
        outcomes = dict(seen)
        if all(outcomes[value] == outcome for value, outcome in seen) and len(seen) >= len(cases):
            agreements[axis] = len(seen) - len(outcomes)
    most = max(agreements.values(), default=0)
    best = [axis for axis, count in agreements.items() if count == most]
    return best[0] if len(best) == 1 else ""


def _rules(cases: Sequence[Case], axis: str) -> dict[str, str]:
    """Return one sentence an outcome, for all values of the axis that have it."""
    values: dict[str, dict[str, None]] = {}
    for case in cases:
        values.setdefault(case.value, {}).update(dict.fromkeys(case.conditions.get(axis, ())))
    kind = cases[0].kind
    ordered = {outcome: [value for value in NAMES[axis] if value in found] for outcome, found in values.items()}
    return {outcome: chosen(kind, outcome, conditions={axis: found}) for outcome, found in ordered.items()}
