"""From config to objects: the environment, the method, the backbones. Hydra's `_target_` joins them to the harness."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from harness.core.domain import Instruction, Modules, Role
from harness.core.environment import Environment
from harness.core.errors import ConfigError, HarnessError
from harness.core.method import Method
from harness.llm.backbone import ModelSpec
from harness.llm.preflight import preflight
from harness.llm.resolver import resolve, with_local
from harness.run.checks.modules import read_modules
from harness.run.config.fairness import with_steps
from harness.run.config.presets import load_preset, preset_names
from harness.run.config.settings import Settings
from harness.run.embedding import Embedder

FOR_THE_HARNESS = {"name", "initial_module"}
"""Keys of `env` and `method` that the constructor does not get."""


def build_environment(settings: Settings) -> Environment:
    """Return the environment that the config names."""
    environment = _instantiate("env", settings.env)
    _require(environment, "env", ("describe", "initial_modules", "tasks", "rollout"))
    return environment  # type: ignore[no-any-return]


def build_method(settings: Settings) -> Method:
    """Return the method that the config names."""
    method = _instantiate("method", with_steps(settings.method, settings.budget))
    _require(method, "method", ("train",))
    return method  # type: ignore[no-any-return]


def build_embedder(settings: Settings) -> Embedder:
    """Return the embedding that the config names."""
    return _instantiate("embedding", settings.embedding)  # type: ignore[no-any-return]


def build_models(settings: Settings, *, keys: bool = True) -> dict[Role, ModelSpec]:
    """Return the model of each role; with `keys`, each must have its key in place."""
    models = with_local(resolve(settings.backbone, load_preset, preset_names()), settings.local.model_dump())
    if keys:
        preflight(models)
    return models


def initial_modules(environment: Environment, settings: Settings) -> Modules:
    """Return the environment's initial modules, with `env.initial_module` in place of the trainable one."""
    modules = environment.initial_modules()
    path = settings.env.get("initial_module")
    if path is None:
        return modules
    if Path(path).suffix == ".json":  # a file of a run's `modules` folder; the one way to begin with a toolbox
        return read_modules(Path(path), modules)
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"env.initial_module={path}: cannot read it ({getattr(error, 'strerror', 'not UTF-8')})"
        ) from None
    name = modules.trainable[0]
    if not isinstance(modules[name], Instruction):
        raise ConfigError(f"env.initial_module={path}: the trainable module {name!r} is no instruction")
    return modules.with_module(name, Instruction(text))


def backbone_name(settings: Settings, models: Mapping[Role, ModelSpec]) -> str:
    """Return how folders and tables call the backbone: the preset, and the roles that differ from it."""
    name = str(settings.backbone.get("name") or "custom")
    parts = [name]
    preset = load_preset(name)
    if preset is not None:
        plain = resolve({**preset, **_interpolated(settings, preset)}, load_preset, preset_names())
        parts += [f"{role}={models[role].id.replace('/', '-')}" for role in Role if plain[role].id != models[role].id]
    return "+".join(parts)


def _interpolated(settings: Settings, preset: Mapping[str, Any]) -> dict[str, Any]:
    # A preset that refers to the environment's protocol (`paper`) holds `${...}`: taken as resolved in this config.
    return {key: settings.backbone.get(key) for key, value in preset.items() if "${" in str(value)}


def _instantiate(group: str, config: Mapping[str, Any]) -> Any:
    from hydra.errors import InstantiationException
    from hydra.utils import instantiate

    target = config.get("_target_")
    if not isinstance(target, str):
        raise ConfigError(
            f"{group}: no _target_; choose one ({group}=NAME) or name a class ({group}._target_=module.Class)"
        )
    factory = _imported(group, target)
    arguments = {key: value for key, value in config.items() if key not in FOR_THE_HARNESS}
    _check_arguments(group, factory, arguments)
    try:
        return instantiate(arguments, _convert_="all")
    except InstantiationException as error:
        if isinstance(error.__cause__, HarnessError):
            raise error.__cause__ from None
        if isinstance(error.__cause__, TypeError | ValueError):
            raise ConfigError(f"{group} ({target}): {error.__cause__}") from error
        raise


def _imported(group: str, target: str) -> Callable[..., Any]:
    module, _, name = target.rpartition(".")
    try:
        found: Any = getattr(import_module(module), name) if module else None
    except Exception as error:  # whatever the import of someone's own module runs into
        reason = f"{type(error).__name__}: {_first_line(error)}"
        raise ConfigError(f"{group}._target_={target}: cannot be imported ({reason})") from error
    if not callable(found):
        raise ConfigError(f"{group}._target_={target}: is not a class; write module.Class")
    factory: Callable[..., Any] = found
    return factory


def _check_arguments(group: str, factory: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    try:
        parameters = inspect.signature(factory).parameters
    except (TypeError, ValueError):
        return
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return
    for name in arguments:
        if not name.startswith("_") and name not in parameters:
            known = ", ".join(parameters) or "none"
            raise ConfigError(f"{group}.{name}: there is no such setting; {arguments['_target_']} takes {known}")
    for name, parameter in parameters.items():
        if (
            parameter.default is parameter.empty
            and parameter.kind is not parameter.VAR_POSITIONAL
            and name not in arguments
        ):
            raise ConfigError(f"{group}.{name} is missing: add +{group}.{name}=VALUE")


def _require(thing: Any, group: str, verbs: tuple[str, ...]) -> None:
    for verb in verbs:
        if not callable(getattr(thing, verb, None)):
            raise ConfigError(
                f"{group}: {type(thing).__name__} has no method {verb}(); CONTRIBUTING.md shows one in a page"
            )


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
