"""How the simulated model words advice on invoices. It goes through the same parser as what a person writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .words import NAMES

PHRASES: Mapping[tuple[str, str], str] = {
    ("read", "family:position"): "answer with the position number",
    ("read", "family:file"): "answer with the customer's file number",
    ("read", "family:shipment"): "answer with the shipment number",
    ("where", "header"): "answer with the reference in the header",
    ("where", "first line"): "answer with the reference of the first line",
    ("where", "dearest line"): "answer with the reference of the line with the highest amount",
    ("halves", "header first"): "put the half in the header first and the half in the line after it",
    ("halves", "line first"): "put the half in the line first and the half in the header after it",
    ("date", "earlier"): "take the number with the earlier date",
    ("date", "later"): "take the number with the later date",
    ("part", "first"): "take the first number of the list",
    ("part", "last"): "take the last number of the list",
    ("part", "smallest"): "take the smallest number of the list",
    ("separators", "keep"): "keep the separators between the digits",
    ("separators", "remove"): "remove the separators between the digits",
    ("separators", "fours"): "write the digits in groups of four",
    ("prefix", "keep"): "keep the prefix",
    ("prefix", "drop"): "drop the prefix",
    ("suffix", "keep"): "keep the suffix",
    ("suffix", "drop"): "drop the suffix",
    ("zeros", "keep"): "keep the leading zeros",
    ("zeros", "drop"): "drop the leading zeros",
    ("branch", "append"): "append a hyphen and the branch letter",
    ("branch", "ignore"): "leave the branch letter out",
}
"""How a choice is put into words."""

READ, NEVER = "Read the number labelled", "Never answer with the number labelled"
GENERAL = "Prefer the customer's file number over the bill of lading and the waybill."
_JOINERS = {" ": "a space", "-": "a hyphen", ".": "a dot", "": "nothing between them"}
_TOGETHER = 6  # Labels that one sentence names.


def quoted(text: str) -> str:
    """Return a label or name in quotation marks, without the dots that would look like the end of a sentence."""
    return '"' + text.replace('"', "").replace(". ", " ").rstrip(". ") + '"'


def read(label: str) -> str:
    """Advise to read a label."""
    return f"{READ} {quoted(label)}."


def never(label: str) -> str:
    """Advise against a label."""
    return f"{NEVER} {quoted(label)}."


def at_issuer(issuer: str, what: str) -> str:
    """Advise for the invoices of one issuer."""
    return f"On invoices from {quoted(issuer)}, {what}."


def joined(joiner: str) -> str:
    """Say how parts are joined."""
    return _JOINERS[joiner]


def chosen(kind: str, value: str, *, conditions: Mapping[str, Sequence[str]]) -> str:
    """State a choice with its conditions: axis to the values for which it holds."""
    words = {axis: " or ".join(NAMES[axis][value] for value in values) for axis, values in conditions.items() if values}
    lead = f"On {words['lang'].replace(' or ', ' and ')} invoices" if "lang" in words else "On invoices"
    lead += f" for {words['service']} services" if "service" in words else ""
    lead += f" from {words['part']}" if "part" in words else ""
    phrase = PHRASES[kind, value]
    return f"{lead}, {phrase}." if words else f"{phrase[0].upper()}{phrase[1:]}."


def together(notes: Sequence[str]) -> list[str]:
    """Return notes with the labels to read, and those never to read, in as few sentences as possible."""
    labels: dict[str, list[str]] = {READ: [], NEVER: []}
    rest = []
    for note in notes:
        head = next((one for one in labels if note.startswith(f'{one} "') and note.rstrip(".").endswith('"')), None)
        if head is None:
            rest.append(note)
        else:
            labels[head] += [one for one in re.findall(r'"([^"]+)"', note) if one not in labels[head]]
    lines = []
    for head, found in labels.items():
        for start in range(0, len(found), _TOGETHER):
            some = [f'"{label}"' for label in found[start : start + _TOGETHER]]
            listed = ", ".join(some[:-1]) + (" or " if len(some) > 1 else "") + some[-1]
            lines.append(f"{head} {listed}.")
    return lines + rest
