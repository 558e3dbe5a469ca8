"""How the simulated model words advice on invoices. It goes through the same parser as what a person writes."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
