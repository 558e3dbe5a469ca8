"""A seeded generator of UBL 2.1 invoices under a forwarder's rulebook, clearly synthetic.

A document is a function of (seed, split, index): any one is made without the others.
"""

from importlib.metadata import version
from typing import Literal

from envs.logisticsqa.generate.invoice import invoice
from envs.logisticsqa.generate.plan import CYCLE, Plan, plan
from envs.logisticsqa.generate.rulebook import Rulebook, rulebook
from envs.logisticsqa.generate.short import shortened
from envs.logisticsqa.generate.xml import shown, written

GENERATOR_VERSION = "2"
"""Raised when the generator makes other documents from the same seed."""

Size = Literal["full", "short"]


def provenance() -> list[str]:
    """Return what decides the bytes of a document besides its seed: our version, and those of Faker and Babel."""
    return [GENERATOR_VERSION, version("faker"), version("babel")]


def write(plan: Plan) -> str:
    """Return the document of a plan as a file: valid UBL, marked as synthetic."""
    return written(invoice(plan))


def show(plan: Plan, size: Size = "full") -> str:
    """Return the document of a plan as the agent sees it."""
    return shown(invoice(plan)) if size == "full" else shortened(invoice(plan))


__all__ = ["CYCLE", "GENERATOR_VERSION", "Plan", "Rulebook", "Size", "plan", "provenance", "rulebook", "show", "write"]
