"""Which jobs a sweep has: words with several values, and an experiment's axes and explicit list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from harness.core.errors import ConfigError
from harness.run.config.explaining import beyond_bounds, in_a_line
from harness.run.config.shown import shown

DEFAULT_BACKBONE = "sim"

Job = tuple[str, ...]
"""The overrides of one job, one a key."""


def expand(words: Sequence[str], experiment: Mapping[str, Any] | None = None) -> list[Job]:
    """Return the jobs, each once, in a stable order: by axes, then by the experiment's list, then by seed.

    Parameters
    ----------
    words
        Overrides as they were typed. One with several values (``seed=0,1``) is an axis. They win over what the
        experiment says of the same key, so that they narrow it: ``+experiment=table1 env=alfworld seed=0``.
    experiment
        ``jobs``, a list of lists of overrides, is a union; ``sweep`` holds axes that each of them is multiplied by.
        ``with_backbone`` holds axes that replace those of ``sweep`` with a backbone, by its name.
    """
    described = experiment or {}
    given = axes(words)
    listed = [axes(map(str, job)) for job in described.get("jobs") or [[]]]
    (backbone, *_) = given.get("backbone", [f"backbone={DEFAULT_BACKBONE}"])
    of_backbone = (described.get("with_backbone") or {}).get(backbone.partition("=")[2]) or {}
    swept = {**(described.get("sweep") or {}), **of_backbone}
    own = axes(f"{key}={_joined(value)}" for key, value in swept.items())
    shared = {**own, **given}
    found: list[tuple[tuple[int, ...], int, int, Job]] = []
    for number, job in enumerate(listed):
        merged = {**own, **job, **given}
        seeds = merged.pop("seed", [""])
        for places in product(*(range(len(values)) for values in merged.values())):
            words_of = [values[place] for values, place in zip(merged.values(), places, strict=True)]
            for at, seed in enumerate(seeds):
                ordered = sorted([*words_of, *([seed] if seed else [])], key=_groups_first)
                of_axes = tuple(place for key, place in zip(merged, places, strict=True) if key in shared)
                found.append((of_axes, number, at, tuple(ordered)))
    return list(dict.fromkeys(job for *_, job in sorted(found)))


def axes(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the overrides that each word stands for, by its key; a later word wins.

    Raises
    ------
    ConfigError
        If a word is no override, or sweeps over something that is no list.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    parser = OverridesParser.create()
    found: dict[str, list[str]] = {}
    for word in words:
        try:
            (override,) = parser.parse_overrides([word])
            key = override.get_key_element()
            if override.is_sweep_override() and not override.is_discrete_sweep():
                raise ConfigError(f"{word}: a sweep takes a list of values (seed=0,1,2)")
            values = list(override.sweep_string_iterator()) if override.is_sweep_override() else None
        except (HydraException, ValueError) as error:
            if isinstance(error, ValueError) and beyond_bounds(error):
                raise ConfigError(in_a_line(error, [word])) from None
            raise ConfigError(f"{shown(word)}: {shown(str(error).splitlines()[0])}") from None
        found[key.lstrip("+~")] = [word] if values is None else [f"{key}={value}" for value in values]
    return found


def without_presets(jobs: Sequence[Job], groups: Mapping[str, Sequence[str]]) -> tuple[list[Job], list[str]]:
    """Return the jobs whose presets all exist, and one line for each preset that does not.

    Parameters
    ----------
    groups
        What there is, by config group. Only these groups are looked at.
    """
    missing: dict[str, int] = {}
    kept: list[Job] = []
    for job in jobs:
        lacking = [
            word
            for word in job
            for group, equals, name in [word.lstrip("+").partition("=")]
            if equals and group in groups and name not in groups[group]
        ]
        if lacking:
            missing[lacking[0]] = missing.get(lacking[0], 0) + 1
        else:
            kept.append(job)
    return kept, [f"skipped {number} jobs with {word}: there is no such preset" for word, number in missing.items()]


def varying(jobs: Sequence[Job]) -> list[str]:
    """Return the keys that tell these jobs apart, in order of first appearance; the seed is not one of them."""
    values: dict[str, set[str]] = {}
    holders: dict[str, int] = {}
    for job in jobs:
        for word in job:
            key, _, value = word.lstrip("+").partition("=")
            values.setdefault(key, set()).add(value)
            holders[key] = holders.get(key, 0) + 1
    return [key for key in values if key != "seed" and (len(values[key]) > 1 or holders[key] < len(jobs))]


def label(job: Job, keys: Sequence[str]) -> str:
    """Return what sets a job apart, short: ``fgo cluster=none``."""
    pairs = {key: value for key, _, value in (word.lstrip("+").partition("=") for word in job)}
    plain = ("method", "env", "experiment")
    return " ".join(pairs[key] if key in plain else f"{key}={pairs[key]}" for key in keys if key in pairs)


def _joined(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _groups_first(word: str) -> bool:
    return "." in word.partition("=")[0]
