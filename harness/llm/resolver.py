"""Which backbone plays each role: presets, LiteLLM ids and mappings, by one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.core.problems import first_problem
from harness.llm import price_table
from harness.llm.backbone import ModelSpec

LoadPreset = Callable[[str], Mapping[str, Any] | None]
"""Returns the preset of a name (``conf/backbone/NAME.yaml`` as a mapping), or None."""


def resolve(
    backbone: Mapping[str, Any], load_preset: LoadPreset, preset_names: Iterable[str] = ()
) -> dict[Role, ModelSpec]:
    """Return the model of each role.

    Parameters
    ----------
    backbone
        A preset, perhaps with overrides: ``name``, ``model``, and one entry a role. A role's entry, and ``model``, is
        null (then ``model`` plays the role), a mapping for `ModelSpec`, or a string: the name of a preset, whose
        model for this role is taken, or a LiteLLM id. A preset's name wins.
    preset_names
        The names of all presets, so that a typing error gets a suggestion.

    Raises
    ------
    ConfigError
        If a name is unknown, an entry is malformed, or presets refer to each other in a circle.
    """
    name = str(backbone.get("name") or "backbone")
    unknown = sorted(set(backbone) - {"name", "model", *Role})
    if unknown:
        raise ConfigError(f"backbone {name} has no setting {unknown[0]!r}; it has name, model, {', '.join(Role)}")
    names = sorted(preset_names)
    return {role: _of_role(role, backbone, load_preset, names, (name,)) for role in Role}


def with_local(models: Mapping[Role, ModelSpec], local: Mapping[str, Any]) -> dict[Role, ModelSpec]:
    """Return the models, the local ones with the file and threads that the config's `local` names.

    Raises
    ------
    ConfigError
        If a file is named and the roles have several local models: which of them would it be?
    """
    given = {name: value for name, value in local.items() if value is not None}
    names = {spec.id for spec in models.values() if spec.local}
    if len(names) > 1 and {"gguf", "hf"} & set(given):
        raise ConfigError(f"local.gguf names one file, but there are several local models: {', '.join(sorted(names))}")
    return {
        role: _spec({**spec.model_dump(), "options": {**spec.options, **given}}, f"backbone.{role}")
        if spec.local and given
        else spec
        for role, spec in models.items()
    }


def _of_role(
    role: Role, preset: Mapping[str, Any], load: LoadPreset, names: list[str], path: tuple[str, ...]
) -> ModelSpec:
    entry = preset.get(role.value)
    if entry is None:
        entry = preset.get("model")
    where = f"backbone.{role}"
    if entry is None:
        raise ConfigError(f"{where}: no model; set {where} or backbone.model")
    if isinstance(entry, Mapping):
        return _spec(entry, where)
    if not isinstance(entry, str):
        raise ConfigError(f"{where}: {entry!r} is neither a name nor a mapping")
    return _named(entry, role, load, names, path)


def _named(name: str, role: Role, load: LoadPreset, names: list[str], path: tuple[str, ...]) -> ModelSpec:
    where = f"backbone.{role}"
    preset = None if "/" in name else load(name)
    if preset is not None:
        if name in path[1:]:
            raise ConfigError(f"{where}: presets refer to each other in a circle: {' -> '.join((*path, name))}")
        # Of a preset with one model for all, that model; of a set of roles, the model of this role.
        taken = {"model": preset["model"]} if preset.get("model") is not None else preset
        return _of_role(role, taken, load, names, (*path, name))
    provider, slash, model = name.partition("/")
    if slash and provider and model:
        return _spec({"id": name}, where)
    if price_table.knows_chat_model(name):
        return _spec({"id": name}, where)
    near = get_close_matches(name, names, n=3, cutoff=0.4) or names
    hint = f"; presets: {', '.join(near)}" if near else ""
    raise ConfigError(f"{where}: unknown model {name!r}{hint}; or a LiteLLM id with its provider (openai/gpt-4o)")


def _spec(entry: Mapping[str, Any], where: str) -> ModelSpec:
    try:
        spec = ModelSpec.model_validate(dict(entry))
        spec.identity()  # a simulated model refuses names and settings that it does not know
    except ValidationError as error:
        raise ConfigError(first_problem(error, where)) from None
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from None
    return spec
