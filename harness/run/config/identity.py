"""The run id: a digest of what determines the result, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from harness.core.domain import Modules, Role
from harness.core.environment import SHOWN, Description
from harness.core.method import Method
from harness.llm.backbone import ModelSpec
from harness.run.config.settings import Settings
from harness.run.roles.prompting import Prompts

FOLDERS = {"data_dir", "initial_module"}
"""Settings of an environment that say where something lies; what lies there counts by its checksum."""


def identity(
    settings: Settings,
    description: Description,
    method: Method,
    models: Mapping[Role, ModelSpec],
    initial: Modules,
    prompts: Prompts,
) -> dict[str, Any]:
    """Return what determines a run's result. Budgets, tracking, concurrency, retries and folders are no part of it."""
    described = asdict(description)
    for name in SHOWN:
        described.pop(name)
    return {
        "method": {**settings.method, "version": getattr(method, "version", "0")},
        "env": {key: value for key, value in settings.env.items() if key not in FOLDERS},
        "environment": described,
        "initial": initial.digest,
        "models": {
            role.value: {**spec.identity(), "context_window": spec.context_window} for role, spec in models.items()
        },
        "roles": {**settings.roles.model_dump(exclude={"prompts"}), "prompts": prompts.digests()},
        "budget": settings.budget.model_dump(include={"match", "amount"}),
        "context": settings.context.model_dump(),
        "embedding": settings.embedding,
        "seed": settings.seed,
        "data_seed": settings.data_seed,
        "trials": settings.trials,
        "baseline": settings.baseline,
        "validation_size": settings.validation_size,
    }
