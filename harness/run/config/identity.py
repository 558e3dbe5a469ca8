"""The run id: a digest of what determines the result, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.core.domain import Modules, Role
from harness.core.environment import SHOWN, Description
from harness.llm.backbone import ModelSpec
from harness.run.config.construct import PARTIAL, TARGET, arguments, defaults
from harness.run.config.registry import Resolver
from harness.run.config.settings import Settings
from harness.run.config.sources import sources
from harness.run.roles.prompting import VERSION, Prompts

FORM = 2
"""Of the identity itself; records of the first have none. See `harness.run.config.earlier`."""

FOLDERS = ("data_dir", "initial_module", "learned")
"""Settings that say where something lies; what lies there counts by its checksum."""


def identity(
    settings: Settings,
    description: Description,
    *,
    version: str,
    models: Mapping[Role, ModelSpec],
    initial: Modules,
    prompts: Prompts,
    embedding: Mapping[str, Any],
    resolver: Resolver,
) -> dict[str, Any]:
    """Return what determines a run's result. Budgets, tracking, concurrency, retries and places are no part of it.

    Parts count by registered name, version and resolved settings, those of one's own by the digests of their code too.
    """
    described = asdict(description)
    for name in SHOWN:
        described.pop(name)
    made = {
        "form": FORM,
        "method": {
            "name": settings.method_name,
            **part("method", settings.method, resolver=resolver),
            "version": version,
        },
        "env": {"name": description.name, **part("env", settings.env, resolver=resolver)},
        "environment": described,
        "initial": initial.digest,
        "models": {
            role.value: {**spec.run_identity(), "context_window": spec.context_window} for role, spec in models.items()
        },
        "roles": {
            **settings.roles.model_dump(exclude={"prompts"}),
            "prompts": _templates(settings, initial, prompts=prompts),
            "prompts_version": VERSION,
        },
        "budget": settings.budget.model_dump(include={"match", "amount"}),
        "context": settings.context.model_dump(),
        "embedding": {
            "part": resolver.part("embedding", settings.embedding[TARGET]).name,
            **{name: value for name, value in embedding.items() if name != "api_base"},
        },
        "seed": settings.seed,
        "data_seed": settings.data_seed,
        "trials": settings.trials,
        "baseline": settings.baseline,
        "validation_size": settings.validation_size,
    }
    code = {
        module: digest
        for group in ("method", "env", "embedding")
        for module, digest in sources(group, getattr(settings, group), resolver=resolver).items()
    }
    return {**made, "sources": code} if code else made


def _templates(settings: Settings, initial: Modules, *, prompts: Prompts) -> dict[str, str]:
    """Return the digests of the templates that a run may fill in: of the kinds of module that it trains."""
    kinds = {initial[name].kind for name in initial.trainable}
    if settings.context.policy == "summarize":
        kinds.add("summary")
    return {name: digest for name, digest in prompts.digests().items() if name.split(".")[1] in kinds}


def part(where: str, node: Mapping[str, Any], *, resolver: Resolver) -> dict[str, Any]:
    """Return the identity of a part: its registered name, its version, its settings with the defaults that hold.

    Settings that a part names as ``later`` came after runs had been recorded: at their default they do not count.
    """
    factory = resolver.factory(where, node[TARGET])
    given = {key: _value(f"{where}.{key}", value, resolver=resolver) for key, value in arguments(where, node).items()}
    usual = _plain(defaults(factory))
    later = getattr(factory, "later", ())
    settings = {
        key: value
        for key, value in {**usual, **given}.items()
        if key not in FOLDERS and not (key in later and key in usual and value == usual[key])
    }
    version = getattr(factory, "version", None)
    known = {"version": version} if isinstance(version, str) else {}
    return {"part": resolver.part(where, node[TARGET]).name, **known, **settings}


def _value(where: str, value: Any, *, resolver: Resolver) -> Any:
    if isinstance(value, Mapping):
        if TARGET not in value:
            return {
                key: _value(f"{where}.{key}", inner, resolver=resolver)
                for key, inner in value.items()
                if key != PARTIAL
            }
        made = part(where, value, resolver=resolver)
        return made if set(made) > {"part"} else made["part"]
    if isinstance(value, list | tuple):
        return [_value(where, inner, resolver=resolver) for inner in value]
    return value


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Path) else value for name, value in values.items()}
