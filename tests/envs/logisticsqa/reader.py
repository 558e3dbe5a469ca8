"""A perfect reader of the generated documents: what it sees in the XML, and what it answers under given outcomes.

It works from the document's text alone: labels, lines, the issuer's name. The rulebook says which outcome holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from envs.logisticsqa.documents import parsed
from envs.logisticsqa.generate.goods import SERVICES
from envs.logisticsqa.generate.lexicon import FILES, LABELS, shouted
from envs.logisticsqa.generate.parties import TRADES
from envs.logisticsqa.generate.rulebook import Condition
from envs.logisticsqa.references import find, references

_NUMBER = re.compile(r"^(?:([A-Z]{3})/)?([\d .-]*\d)(?:/(\d\d))?$")
_DATED = re.compile(r"^(.*) \((\d{4}-\d\d-\d\d)\)$")
_COUNTRY = {"TR": "tr", "GB": "en", "ES": "es", "IT": "it"}


@dataclass(frozen=True)
class Seen:
    """What a document shows: its condition, the kinds of situations, and candidates by the outcome that takes them."""

    condition: Condition
    kinds: tuple[str, ...]
    candidates: Mapping[str, str]
    branch: str = ""


@lru_cache(maxsize=1024)
def see(text: str) -> Seen:
    """Return what a document shows."""
    root = parsed(text.encode())
    labelled = []
    for one in references(root):
        label, _, value = one.value.partition(":" if ":" in one.value else "=")
        label, value = (one.label, one.value) if one.label else (label.strip(), value.strip())
        labelled.append((one.path, shouted(label), value))
    lines = root.findall("{*}InvoiceLine")
    amounts = [float(find(line, "LineExtensionAmount")) for line in lines]
    dearest = 1 + amounts.index(max(amounts))
    condition = _condition(root, [find(line, "Item", "Name") for line in lines])
    branch = next((value for _, label, value in labelled if label in _family("branch")), "")
    kind, candidates = _selection(labelled, dearest)
    kinds = [kind] if kind else []
    if candidates and kind != "halves":
        prefix, digits, leg = _parts(next(iter(candidates.values())))
        found = {"separators": not digits.isdigit(), "prefix": prefix, "suffix": leg, "zeros": digits[0] == "0"}
        kinds += [name for name, there in found.items() if there]
    return Seen(condition, (*kinds, *(["branch"] if branch else [])), candidates, branch)


def answer(seen: Seen, outcomes: Mapping[str, str]) -> str:
    """Return the answer under outcomes of the document's kinds; where no kind decides, the first candidate."""
    kind = next((one for one in seen.kinds if one in ("file", "place", "several", "dated", "halves")), "")
    if kind == "halves":
        parts = [seen.candidates["header"], seen.candidates["line"]]
        number = "".join(parts if outcomes[kind] == "header half first" else parts[::-1])
    else:
        number = seen.candidates[outcomes[kind]] if kind else next(iter(seen.candidates.values()))
    prefix, digits, leg = _parts(number)
    if outcomes.get("zeros") == "drop":
        digits = digits.lstrip("0")
    if outcomes.get("separators") in ("drop", "regroup"):
        digits = re.sub(r"\D", "", digits)
    if outcomes.get("separators") == "regroup":
        digits = re.sub(r"(\d{4})(?=\d)", r"\1 ", digits)
    prefix = f"{prefix}/" if prefix and outcomes.get("prefix") != "drop" else ""
    leg = f"/{leg}" if leg and outcomes.get("suffix") != "drop" else ""
    return f"{prefix}{digits}{leg}" + (f"-{seen.branch}" if outcomes.get("branch") == "append" else "")


def _selection(labelled: Sequence[tuple[str, str, str]], dearest: int) -> tuple[str, dict[str, str]]:
    transport = [(path, label, value) for path, label, value in labelled if label.removesuffix(" ½") in _known()]
    header = next((value for path, _, value in transport if "[" not in path), "")
    lines = {int(path.split("[")[1].split("]")[0]): value for path, _, value in transport if "[" in path}
    if any("½" in label for _, label, _ in transport):
        return "halves", {"header": header, "line": lines[1]}
    if lines:
        return "place", {"header": header, "first line": lines[1], "dearest line": lines[dearest]}
    if not transport:
        files = {f: v for f in FILES for _, label, v in labelled if label in _family(f)}
        unclear = {v: v for _, label, v in labelled if label in _family("unclear")}
        return ("file", files) if files else ("", unclear)
    values = header.split(", ")
    if _DATED.match(values[0]):
        dated = sorted((match[2], match[1]) for value in values if (match := _DATED.match(value)))
        return "dated", {"earlier": dated[0][1], "later": dated[1][1]}
    if len(values) > 1:
        smallest = min(values, key=lambda value: int(re.sub(r"\D", "", _parts(value)[1])))
        return "several", {"first": values[0], "last": values[-1], "smallest": smallest}
    return "", {header: header}


def _parts(number: str) -> tuple[str, str, str]:
    match = _NUMBER.match(number)
    assert match is not None, number
    return match[1] or "", match[2], match[3] or ""


def _condition(root: object, billed: Sequence[str]) -> Condition:
    supplier = root.find("{*}AccountingSupplierParty/{*}Party")  # type: ignore[attr-defined]
    language = _COUNTRY[next(supplier.iter("{*}IdentificationCode")).text]
    issuer = find(supplier, "PartyName", "Name")
    part = next(part for part, words in TRADES[language].items() if any(word in issuer for word in words))
    service = next(name for name, known in SERVICES[language].items() if set(billed) <= set(known))
    return Condition(language, service, part)


def _family(family: str) -> set[str]:
    return {shouted(label) for labels in LABELS.values() for label in labels[family]}


@lru_cache(maxsize=1)
def _known() -> set[str]:
    return _family("transport")
