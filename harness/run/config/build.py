"""From settings to objects: the environment, the method, the embedding, the models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.core.domain import Instruction, Modules, Role
from harness.core.environment import Environment
from harness.core.errors import ConfigError
from harness.core.extras import check_installed
from harness.core.method import Method
from harness.llm.backbone import ModelSpec
from harness.llm.preflight import check_prices, preflight
from harness.llm.resolver import resolve, with_local
from harness.run.checks.modules import read_modules
from harness.run.config.construct import construct
from harness.run.config.fairness import with_steps
from harness.run.config.paths import path_problem
from harness.run.config.presets import load_backbone, options
from harness.run.config.registry import TYPED, Resolver
from harness.run.config.settings import Settings
from harness.run.config.shown import shown
from harness.run.embedding import Embedder
from harness.run.embedding.endpoint import Endpoint


def check_executor(settings: Settings) -> None:
    """Refuse an executor whose package is not installed.

    Raises
    ------
    ConfigError
        With the command that installs it.
    """
    if settings.executor.kind == "ray":
        check_installed("executor=ray", "ray")
    if settings.executor.loop == "uvloop":
        check_installed("executor.loop=uvloop", "uvloop")


def build_environment(settings: Settings, resolver: Resolver = TYPED) -> Environment:
    """Return the environment that the config names."""
    environment = construct("env", settings.env, resolver=resolver)
    _require(environment, "env", verbs=("describe", "initial_modules", "tasks", "rollout"))
    return environment  # type: ignore[no-any-return]


def build_method(settings: Settings, resolver: Resolver = TYPED) -> Method:
    """Return the method that the config names."""
    method = construct("method", with_steps(settings.method, settings.budget), resolver=resolver)
    _require(method, "method", verbs=("train",))
    return method  # type: ignore[no-any-return]


def build_embedder(settings: Settings, resolver: Resolver = TYPED, *, keys: bool = True) -> Embedder:
    """Return the embedding that the config names; with `keys`, its key must be in place."""
    embedder = construct("embedding", settings.embedding, resolver=resolver)
    _require(embedder, "embedding", verbs=("identity", "__call__"))
    if keys and isinstance(embedder, Endpoint):
        embedder.check_key()
    return embedder  # type: ignore[no-any-return]


def build_models(settings: Settings, *, keys: bool = True, local: bool = True) -> dict[Role, ModelSpec]:
    """Return the model of each role; with `keys`, each must have its key in place.

    `local=False` leaves the files of local models alone, also those that the config names.
    """
    models = resolve(settings.backbone, load_backbone, preset_names=options("backbone"))
    if local:
        models = with_local(models, settings.local.model_dump())
    if keys:
        preflight(models)
        if settings.budget.usd is not None:
            check_prices(models, f"budget.usd={settings.budget.usd:g}")
        if settings.budget.match == "cost":
            check_prices(models, "budget.match=cost")
    return models


def initial_modules(environment: Environment, settings: Settings) -> Modules:
    """Return the environment's initial modules, with `env.initial_module` in place of the trainable one."""
    modules = environment.initial_modules()
    given = settings.env.get("initial_module")
    if given is None:
        return modules
    if problem := path_problem(str(given)):
        raise ConfigError(f"env.initial_module={shown(str(given))}: {problem}")
    path = Path(given).expanduser()
    if path.suffix == ".json":  # a file of a run's `modules` folder; the one way to begin with a toolbox
        return read_modules(path, modules)
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"env.initial_module={given}: cannot read it ({getattr(error, 'strerror', 'not UTF-8')})"
        ) from None
    name = modules.trainable[0]
    if not isinstance(modules[name], Instruction):
        raise ConfigError(f"env.initial_module={given}: the trainable module {name!r} is no instruction")
    return modules.with_module(name, Instruction(text))


def _require(thing: Any, group: str, *, verbs: tuple[str, ...]) -> None:
    for verb in verbs:
        if not callable(getattr(thing, verb, None)):
            raise ConfigError(
                f"{group}: {type(thing).__name__} has no method {verb}(); CONTRIBUTING.md shows one in a page"
            )
