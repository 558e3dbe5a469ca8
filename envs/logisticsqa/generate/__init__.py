"""A seeded generator of UBL 2.1 invoices: as hard as private ones, and clearly synthetic.

A document is a function of (seed, split, index): any one is made without the others.
"""

from importlib.metadata import version

from envs.logisticsqa.generate.invoice import write
from envs.logisticsqa.generate.plan import CYCLE, Plan, plan

GENERATOR_VERSION = "1"
"""Raised when the generator makes other documents from the same seed."""


def provenance() -> list[str]:
    """Return what decides the bytes of a document besides its seed: our version, and those of Faker and Babel."""
    return [GENERATOR_VERSION, version("faker"), version("babel")]


__all__ = ["CYCLE", "GENERATOR_VERSION", "Plan", "plan", "provenance", "write"]
