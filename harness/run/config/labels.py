"""Labels of backbones: short, safe for file systems and trackers, each model named once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from harness.core.domain import Role
from harness.llm.backbone import ModelSpec

LONGEST = 64
"""Characters of a label; a longer one is cut and ends with a digest of the whole."""


def backbone_label(name: str, models: Mapping[Role, ModelSpec], *, of_preset: Mapping[Role, ModelSpec] | None) -> str:
    """Return how folders, tables and trackers call a backbone.

    Parameters
    ----------
    name
        The preset's.
    models
        The model of each role.
    of_preset
        What the preset alone would name; None where there is no preset, and the models name themselves.
    """
    roles: dict[str, list[str]] = {}
    for role, spec in models.items():
        if of_preset is None or of_preset[role].id != spec.id:
            roles.setdefault(spec.id, []).append(role.value)
    if len(roles) == 1 and len(next(iter(roles.values()))) == len(models):
        return safe(next(iter(roles)))
    parts = [f"{','.join(of)}={model}" for model, of in roles.items()]
    whole = of_preset is None or len(models) == sum(map(len, roles.values()))
    return safe("+".join(parts if whole else [name, *parts]))


def safe(label: str) -> str:
    """Return a label as a name of a folder: no separators, no leading dot, at most `LONGEST` characters.

    >>> safe("meta-llama/Llama-3.1-8B"), safe("../x")
    ('meta-llama-Llama-3.1-8B', 'x')
    """
    kept = "".join(c if c.isalnum() or c in "._-+=,@" else "-" for c in label).lstrip(".-") or "unnamed"
    encoded = kept.encode("utf-8", "replace")
    if len(encoded) <= LONGEST:
        return kept
    return encoded[: LONGEST - 9].decode("utf-8", "ignore") + "-" + hashlib.sha256(label.encode()).hexdigest()[:8]
