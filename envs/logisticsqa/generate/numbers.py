"""The forwarder's numbers: how issuers print them, and how the rulebook has them written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from envs.logisticsqa.generate.identifiers import digits

GROUPINGS: Mapping[str, tuple[tuple[int, ...], str]] = {
    "S1": ((3, 4, 4), "  "),
    "S2": ((4, 4, 3, 3), "--."),
    "S3": ((2, 3, 3, 4), "   "),
    "S4": ((4, 4, 6), ".."),
    "S5": ((3, 3, 6), "--"),
}
"""Shapes: sizes of the groups of digits, and what is printed between them (S1 is the paper's 847 5321 9084). None of
them is groups of four with blanks, which is what `regroup` writes."""

OFFICES = ("IST", "MAD", "MIL", "LON", "IZM", "BCN", "GOA", "FXT", "MER", "VLC")
BRANCHES = "BDFGHKLMPRTW"
ZEROS = 2
_REGROUPED = 4


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the forwarder's form: its digits, and the leg that is printed after it (empty for none)."""

    digits: str
    leg: str = ""


@dataclass(frozen=True, slots=True)
class Print:
    """How one document prints numbers.

    Attributes
    ----------
    shape
        One of `GROUPINGS`: it decides how many digits a number has, and where separators stand.
    separated
        Whether the separators are printed.
    prefix
        An office code, or nothing.
    legs, zeros
        Whether numbers end in a leg, and begin with zeros.
    branch
        The branch letter of the document, or nothing. It is printed apart from the numbers.
    """

    shape: str
    separated: bool = False
    prefix: str = ""
    legs: bool = False
    zeros: bool = False
    branch: str = ""

    def draw(self, rng: Random) -> Number:
        """Draw a number."""
        size = sum(GROUPINGS[self.shape][0])
        text = "0" * ZEROS + digits(rng, size - ZEROS) if self.zeros else digits(rng, size)
        return Number(text, f"{rng.randint(1, 4):02d}" if self.legs else "")

    def printed(self, number: Number) -> str:
        """Return a number as the issuer prints it."""
        body = self.grouped(number.digits) if self.separated else number.digits
        return _assembled(self.prefix, body, leg=number.leg)

    def grouped(self, text: str) -> str:
        """Return digits with the separators of the shape."""
        sizes, between = GROUPINGS[self.shape]
        found, at = "", 0
        for size, separator in zip(sizes, between + " ", strict=True):
            found += text[at : at + size] + separator
            at += size
        return found[:-1]

    def written(self, number: Number, outcomes: Mapping[str, str]) -> str:
        """Return a number as the rulebook has it: `outcomes` by kind; a kind that is left out keeps what is printed."""
        text = number.digits
        if outcomes.get("zeros") == "drop":
            text = text.lstrip("0")
        how = outcomes.get("separators", "keep") if self.separated else "drop"
        if how == "keep":
            text = self.grouped(text)
        elif how == "regroup":
            text = " ".join(text[at : at + _REGROUPED] for at in range(0, len(text), _REGROUPED))
        prefix = "" if outcomes.get("prefix") == "drop" else self.prefix
        leg = "" if outcomes.get("suffix") == "drop" else number.leg
        end = f"-{self.branch}" if self.branch and outcomes.get("branch") == "append" else ""
        return _assembled(prefix, text, leg=leg) + end


def _assembled(prefix: str, body: str, *, leg: str) -> str:
    return f"{prefix}/{body}" * bool(prefix) + body * (not prefix) + f"/{leg}" * bool(leg)


def halves(number: Number) -> tuple[str, str]:
    """Return the two halves of a number's digits; they differ."""
    middle = len(number.digits) // 2
    return number.digits[:middle], number.digits[middle:]
