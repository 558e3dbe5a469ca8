"""The rulebook as an instruction in plain English: a reader who has it and a document needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from envs.logisticsqa.generate.lexicon import FILES, LABELS
from envs.logisticsqa.generate.placing import HALF
from envs.logisticsqa.generate.rulebook import Rule, Rulebook

_LANGUAGES = {"tr": "Turkish", "en": "English", "es": "Spanish", "it": "Italian"}
_PARTS = {"haulier": "hauliers", "broker": "customs brokers", "terminal": "terminals"}
_FILES = {"position": "position number", "customer": "customer's file number", "shipment": "shipment number"}

OUTCOMES: Mapping[tuple[str, str], str] = {
    **{("file", family): f"answer with the {name}" for family, name in _FILES.items()},
    ("place", "header"): "answer with the reference in the header",
    ("place", "first line"): "answer with the reference of the first line",
    ("place", "dearest line"): "answer with the reference of the line with the highest amount",
    ("several", "first"): "take the first number of the list",
    ("several", "last"): "take the last number of the list",
    ("several", "smallest"): "take the smallest number of the list",
    ("dated", "earlier"): "take the number with the earlier date",
    ("dated", "later"): "take the number with the later date",
    ("halves", "header half first"): "put the half in the header first and the half in the line after it",
    ("halves", "line half first"): "put the half in the line first and the half in the header after it",
    ("separators", "keep"): "keep the separators between the digits as printed",
    ("separators", "drop"): "remove the separators between the digits",
    ("separators", "regroup"): "write the digits in groups of four with a single space between the groups",
    ("prefix", "keep"): "keep the office prefix and its slash",
    ("prefix", "drop"): "drop the office prefix and its slash",
    ("suffix", "keep"): "keep the leg suffix and its slash",
    ("suffix", "drop"): "drop the leg suffix and its slash",
    ("zeros", "keep"): "keep the leading zeros",
    ("zeros", "drop"): "drop the leading zeros",
    ("branch", "append"): "append a hyphen and the branch letter",
    ("branch", "ignore"): "leave the branch letter out",
}
"""What a rule says to do, by kind and outcome."""


def instruction(rulebook: Rulebook) -> str:
    """Return the rulebook as text: what stands where, then each situation with its rules."""
    parts = [_OPENING.format(transport=_wordings("transport"))]
    for kind in rulebook.kinds:
        rules = [rule for rule in rulebook.rules if rule.kind == kind]
        parts.append("\n".join([_situations()[kind], *(f"- {sentence(rule)}" for rule in rules)]))
    return "\n\n".join([*parts, _CLOSING])


def sentence(rule: Rule) -> str:
    """Return a rule as one sentence."""
    return f"{condition(rule.axis, rule.values)}, {OUTCOMES[rule.kind, rule.outcome]}."


def condition(axis: str, values: Sequence[str]) -> str:
    """Return the beginning of a sentence that holds for some values of an axis."""
    if axis == "language":
        return f"On {' and '.join(_LANGUAGES[one] for one in values)} invoices"
    if axis == "service":
        return f"On invoices for {' or '.join(values)} services"
    return f"On invoices from {' or '.join(_PARTS[one] for one in values)}"


_OPENING = """\
Extract the forwarder's transport reference number from the invoice. It stands under a label that says transport \
reference: {transport}. Labels may be in capitals without accents.
Never answer with a number whose label says order, bill of lading, air waybill, CMR, customs entry, delivery note, \
quotation, previous invoice, the issuer's own job or record, or return leg: these only have the same form.
Rules depend on the language of the labels, on the kind of service that the lines bill (road, sea, air or customs), \
or on what the issuer is, as its name says: a haulier (transport company), a customs broker (customs agent), or a \
terminal (port, terminal or warehouse). Where no rule applies, copy the number exactly as it is printed."""

_CLOSING = """\
The parts of a number stand in this order: PREFIX/digits/leg-letter."""


def _wordings(family: str) -> str:
    return ", ".join(f'"{one}"' for labels in LABELS.values() for one in labels[family])


def _situations() -> Mapping[str, str]:
    files = "; ".join(f"the {_FILES[family]} ({_wordings(family)})" for family in FILES)
    branches = ", ".join(f'"{labels["branch"][0]}"' for labels in LABELS.values())
    return {
        "file": f"If nothing is labelled as a transport reference, three file numbers compete: {files}.",
        "place": "If the header has a transport reference and the lines have others:",
        "several": "If a list of several numbers, without dates, stands under the label:",
        "dated": "If two numbers with dates stand under the label (the dates are no part of the answer):",
        "halves": f'If the label ends in "{HALF.strip()}", the number is printed in two halves, one in the header and '
        "one in line 1. Join the halves with nothing between them:",
        "separators": "If spaces, dots or hyphens separate the digits of the number:",
        "prefix": 'If the number begins with an office prefix (letters and a slash, such as "MAD/"):',
        "suffix": 'If the number ends in a leg suffix (a slash and two digits, such as "/02"):',
        "zeros": "If the digits of the number begin with zeros:",
        "branch": f"If a note of its own has a branch letter ({branches}):",
    }
