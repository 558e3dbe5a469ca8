"""Records of schema 1: their configs in today's words, and the id that they would give a run.

Schema 1 named parts by the paths of their modules and counted a model's server. A run that was recorded so is found by
its id of then; `modern` reads its config.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.domain import Modules, Role
from harness.core.environment import Description
from harness.llm.backbone import ModelSpec
from harness.run.config.construct import DEEPEST
from harness.run.config.settings import Settings
from harness.run.roles.prompting import Prompts

PATHS = {
    "vanilla": "methods.vanilla.Vanilla",
    "all_at_once": "methods.all_at_once.AllAtOnce",
    "batch_wise": "methods.batch_wise.BatchWise",
    "bootstrapping": "methods.bootstrapping.Bootstrapping",
    "fgo": "methods.plus.switches.fgo",
    "fgo_plus": "methods.plus.switches.fgo",
    "check-modules": "harness.checks.modules.ModuleCheck",
    "alfworld": "envs.alfworld.environment.ALFWorld",
    "logisticsqa": "envs.logisticsqa.environment.LogisticsQA",
    "gaia": "envs.gaia.environment.GAIA",
    "category": "methods.partition.by_category",
    "random": "methods.partition.at_random",
    "kmeans": "methods.clustering.kmeans",
    "bisect_kmeans": "methods.clustering.bisect_kmeans",
    "spectral": "methods.clustering.spectral",
    "tfidf": "harness.embedding.TfIdf",
    "wordllama": "harness.embedding.wordllama.WordLlama",
    "litellm": "harness.embedding.endpoint.Endpoint",
}
"""Where each shipped part lay."""

SWITCHES: Mapping[str, Any] = {
    "gate": False, "gate_margin": 0.1, "gate_level": 0.2, "gate_retries": 1, "holdout": 0.0, "predictor": "none",
    "predictor_checks": 0.25, "validate": False, "pareto": False, "racing": False, "racing_block": 5, "delta": False,
    "max_tokens": None,
}  # fmt: skip
"""Settings of `fgo` that are now those of `fgo_plus` alone, switched off."""

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "vanilla": (),
    "all_at_once": ("steps", "select"),
    "batch_wise": ("steps", "batch_size", "shuffle", "select"),
    "bootstrapping": ("steps", "batch_size", "select"),
    "fgo": ("steps", "subsets", "threshold", "clusters", "select", "partition", "cluster"),
    "fgo_plus": ("steps", "subsets", "threshold", "clusters", "select", "partition", "cluster", *SWITCHES),
    "alfworld": ("data", "data_seed", "engine", "train_size", "test_size", "test_split", "max_steps",
                 "show_admissible", "snap", "stop_after_repeats"),
    "logisticsqa": ("data_seed", "train_size", "test_size", "on_bad_document", "max_document_tokens",
                    "long_documents"),
    "gaia": ("data", "data_seed", "train_size", "test_size", "web", "search_url", "sandbox", "max_steps",
             "call_seconds", "tool_seconds", "max_observation"),
}  # fmt: skip
"""Settings that each part had, besides those that say where something lies."""

DESCRIBED = ("name", "version", "scorer_version", "data_checksum", "purpose", "generated", "sensitive")


def modern(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config of a record of schema 1 in today's words; a newer one as it is."""
    made = {key: _renamed(value) for key, value in config.items()}
    method = made.get("method")
    if isinstance(method, dict) and method.get("_target_") == "fgo" and set(SWITCHES) & set(method):
        on = [name for name, off in SWITCHES.items() if name in method and method[name] != off]
        if on or method.get("name") == "fgo_plus":
            method["_target_"] = "fgo_plus"
        else:
            made["method"] = {k: v for k, v in method.items() if k not in SWITCHES and k != "validation_size"}
    return made


def _renamed(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:  # no part lies so deep; who reads on refuses it
        return value
    if isinstance(value, list):
        return [_renamed(inner, depth + 1) for inner in value]
    if not isinstance(value, Mapping):
        return value
    made = {key: _renamed(inner, depth + 1) for key, inner in value.items()}
    names = [name for name, path in PATHS.items() if path == value.get("_target_")]
    return {**made, "_target_": names[0]} if names else made


def identity(
    settings: Settings,
    description: Description,
    *,
    version: str,
    models: Mapping[Role, ModelSpec],
    initial: Modules,
    prompts: Prompts,
) -> dict[str, Any] | None:
    """Return the identity that schema 1 gave a run; None for a run that schema 1 could not have recorded.

    Parts of one's own have none: schema 1 did not record their code, so that its records answer to no code of now.
    """
    method, env, embedding = (_before(node) for node in (settings.method, settings.env, settings.embedding))
    if method is None or env is None or embedding is None:
        return None
    if settings.method.get("_target_") in ("fgo", "fgo_plus"):
        method = {**SWITCHES, **method, "validation_size": settings.validation_size}
    described = {name: getattr(description, name) for name in DESCRIBED}
    return {
        "method": {**method, "version": version},
        "env": env,
        "environment": described,
        "initial": initial.digest,
        "models": {
            role.value: {**spec.earlier_identity(), "context_window": spec.context_window}
            for role, spec in models.items()
        },
        "roles": {**settings.roles.model_dump(include={"tries", "on_failure"}), "prompts": prompts.digests()},
        "budget": settings.budget.model_dump(include={"match", "amount"}),
        "context": settings.context.model_dump(include={"policy"}),
        "embedding": embedding,
        "seed": settings.seed,
        "data_seed": settings.data_seed,
        "trials": settings.trials,
        "baseline": settings.baseline,
        "validation_size": settings.validation_size,
    }


def _before(node: Mapping[str, Any]) -> dict[str, Any] | None:
    name = node.get("_target_")
    if name not in PATHS:
        return None
    kept = SETTINGS.get(str(name))
    made = {"_target_": PATHS[str(name)]}
    for key, value in node.items():
        if key == "name" or (key != "_target_" and (kept is None or key in kept)):
            made[key] = _part_before(key, value)
    return made


def _part_before(key: str, value: Any) -> Any:
    if key in ("partition", "cluster") and isinstance(value, str):
        value = {"_target_": value, "_partial_": True}
    if isinstance(value, Mapping) and value.get("_target_") in PATHS:
        return {**value, "_target_": PATHS[str(value["_target_"])]}
    return value
