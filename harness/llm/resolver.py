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
    backbone: Mapping[str, Any], load_preset: LoadPreset, *, preset_names: Iterable[str] = ()
) -> dict[Role, ModelSpec]:
    """Return the model of each role.

    Parameters
    ----------
    backbone
        A preset, perhaps with overrides: ``name``, ``model``, and one entry a role. A role's entry, and ``model``, is
        null (then ``model`` plays the role), a mapping for `ModelSpec`, or a string: the name of a preset, whose
        model for this role is taken, or a LiteLLM id. A preset's name wins. ``fields`` holds fields of `ModelSpec`
        by role, or for ``model``, that are laid over what the entries say; where ``model`` is null, its fields are
        laid over every role. ``script`` plays the scripted models.
    preset_names
        The names of all presets, so that a typing error gets a suggestion.

    Raises
    ------
    ConfigError
        If a name is unknown, an entry is malformed, or presets refer to each other in a circle.
    """
    name = str(backbone.get("name") or "backbone")
    unknown = sorted(set(backbone) - {"name", "model", "fields", "script", *Role})
    if unknown:
        raise ConfigError(f"backbone {name} has no setting {unknown[0]!r}; it has name, model, {', '.join(Role)}")
    names = sorted(preset_names)
    fields = backbone.get("fields") or {}
    over = fields.get("model") or {}
    models = {}
    for role in Role:
        own = backbone.get(role.value) is not None
        models[role] = _of_role(role, backbone, load=load_preset, names=names, path=(name,), fields={} if own else over)
        if own and over and backbone.get("model") is None:
            models[role] = _overlaid(models[role], over, where="backbone.model")
        if fields.get(role.value):
            models[role] = _overlaid(models[role], fields[role.value], where=f"backbone.{role}")
    script = backbone.get("script")
    return {role: _with_script(spec, script) for role, spec in models.items()}


def _with_script(spec: ModelSpec, script: Any) -> ModelSpec:
    """Return a scripted model with the backbone's script, unless it has its own; any other model as it is."""
    if not spec.scripted or script is None or spec.script is not None:
        return spec
    return _spec({**spec.model_dump(), "options": {**spec.options, "script": str(script)}}, "backbone.script")


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
    role: Role,
    preset: Mapping[str, Any],
    *,
    load: LoadPreset,
    names: list[str],
    path: tuple[str, ...],
    fields: Mapping[str, Any],
) -> ModelSpec:
    entry = preset.get(role.value)
    where = f"backbone.{role}"
    if entry is None:
        entry, where = preset.get("model"), "backbone.model" if fields else where
    if entry is None and "id" in fields:
        entry = {}
    if entry is None:
        raise ConfigError(f"backbone.{role}: no model; set backbone.{role} or backbone.model")
    if isinstance(entry, Mapping):
        return _spec(_merged(entry, fields), where)
    if not isinstance(entry, str):
        raise ConfigError(f"{where}: {entry!r} is neither a name nor a mapping")
    named = _named(entry, role, load=load, names=names, path=path)
    return _overlaid(named, fields, where=where) if fields else named


OF_THE_MODEL = ("context_window", "price", "revision")
"""Fields that say something about one model, and nothing about another model of the same server."""


def _overlaid(spec: ModelSpec, fields: Mapping[str, Any], *, where: str) -> ModelSpec:
    """Return a model with some fields replaced; another `id` of the same provider keeps its server and parameters."""
    held = spec.model_dump(exclude_defaults=True)
    other = fields.get("id", spec.id)
    if other != spec.id:
        same = str(other).partition("/")[0] == spec.id.partition("/")[0]
        held = {name: value for name, value in held.items() if same and name not in OF_THE_MODEL}
    return _spec(_merged(held, fields), where)


def _merged(entry: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(entry)
    for name, value in fields.items():
        old = made.get(name)
        made[name] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return made


def _named(name: str, role: Role, *, load: LoadPreset, names: list[str], path: tuple[str, ...]) -> ModelSpec:
    where = f"backbone.{role}"
    preset = None if "/" in name else load(name)
    if preset is not None:
        if name in path[1:]:
            raise ConfigError(f"{where}: presets refer to each other in a circle: {' -> '.join((*path, name))}")
        # Of a preset with one model for all, that model; of a set of roles, the model of this role.
        taken = {"model": preset["model"]} if preset.get("model") is not None else preset
        return _of_role(role, taken, load=load, names=names, path=(*path, name), fields={})
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
        if spec.embedded:
            spec.identity()  # it refuses names and settings that it does not know
    except ValidationError as error:
        raise ConfigError(first_problem(error, where)) from None
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from None
    return spec
