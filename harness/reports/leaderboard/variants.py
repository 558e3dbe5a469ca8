"""Runs of one method with one setting are a variant: a row. Its label names the settings in which variants differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from harness.core.printable import printable
from harness.records.reading.run import Run
from harness.records.run_id import variant
from harness.reports.leaderboard.matched import amount_text
from harness.run.config.earlier import modern

SHOWN_PARTS = (
    "method",
    "budget",
    "env",
    "roles",
    "validation_size",
    "trials",
    "baseline",
    "data_seed",
    "initial",
    "models",
)
"""Parts of a run's identity, in the order in which labels look for differences."""


LONGEST = 120
"""Characters of a setting in a label."""


def variant_key(run: Run) -> str:
    """Return what runs of one row have in common: the digest of their identity but for the seed.

    Runs that schema 1 of the record could have recorded count by their identity of then, so that seeds of before and
    of now are one row.
    """
    earlier = run.record.earlier
    return variant(run.record.identity) if earlier is None else earlier.variant


def flat_settings(run: Run) -> dict[str, str]:
    """Return the settings of a run as dotted names and short values: ``method.cluster`` to ``kmeans``."""
    identity = modern(run.record.identity)
    flat: dict[str, str] = {}
    for part in SHOWN_PARTS:
        if part == "budget":
            flat.update(_budget(identity.get(part)))
        elif part != "baseline" and part in identity:
            flat.update(_flatten(part, identity[part]))
    return flat


def flattened(part: str, value: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings of a part of a config as `flat_settings` does."""
    return dict(_flatten(part, value))


def labels(variants: Mapping[str, Sequence[Run]], always: Collection[str] = ()) -> dict[str, str]:
    """Return a label for each variant of one method: "" for the only one, else ``steps=6 cluster=none``.

    Parameters
    ----------
    always
        Settings that every label has, such as those in which variants of several methods differ.
    """
    settings = {key: flat_settings(runs[0]) for key, runs in variants.items()}
    names = dict.fromkeys(name for flat in settings.values() for name in flat)
    differing = [name for name in names if name in always or len({flat.get(name) for flat in settings.values()}) > 1]
    return {
        key: " ".join(printable(f"{_short(name)}={flat[name]}"[:LONGEST]) for name in differing if name in flat)
        for key, flat in settings.items()
    }


def _budget(value: Any) -> Iterator[tuple[str, str]]:
    """Yield what methods had the same amount of, and the amount where there is one."""
    if isinstance(value, Mapping) and isinstance(value.get("match"), str):
        match, amount = value["match"], value.get("amount")
        if isinstance(amount, int | float) and isfinite(amount):
            match = amount_text(match, amount)
        yield "budget", match


def _flatten(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        target = value.get("_target_")
        if target is None:
            target = value.get("part")
        if target is not None and name not in ("method", "env"):
            yield name, str(target).rpartition(".")[2]
        for key, inner in value.items():
            if key not in ("_target_", "_partial_", "part", "name", "version", "api_base"):
                yield from _flatten(f"{name}.{key}", inner)
    else:
        text = str(value).lower() if value is None or isinstance(value, bool) else str(value)  # as people type them
        yield name, text[:8] if len(text) == 64 else text


def _short(name: str) -> str:
    group, _, rest = name.partition(".")
    return rest if group in ("method", "env", "roles") and rest else name
