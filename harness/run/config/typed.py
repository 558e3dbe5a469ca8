"""What a typed config leaves open, filled in: registered names, the model of each role, settings of one's own parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.llm.backbone import ModelSpec
from harness.llm.key_rules import settings_problem
from harness.llm.resolver import resolve
from harness.run.config.arguments import COMPARABLE, parameters
from harness.run.config.construct import TARGET, arguments
from harness.run.config.labels import backbone_label, safe
from harness.run.config.presets import load_backbone, options
from harness.run.config.registry import TYPED, name_of, named


def completed(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a composed config as it is recorded: registered names, whole models, nothing that refers elsewhere."""
    made = {**config}
    for group in ("method", "env", "embedding", "tracking"):
        if isinstance(made.get(group), Mapping) and (problem := settings_problem(group, made[group])) is not None:
            raise ConfigError(problem)
    for group in ("method", "env", "embedding"):
        if isinstance(made.get(group), Mapping):
            made[group] = registered_names(group, made[group])
    made["env"] = _filled("env", made.get("env"), values={"data_seed": made.get("data_seed", 0)}, always=True)
    made["method"] = _described(
        "method", _filled("method", made.get("method"), values=_comparable(made.get("protocol")))
    )
    made["backbone"] = _backbone(config)
    return made


def registered_names(group: str, node: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config node with registered names in place of dotted paths, nested parts included."""
    named_node = {
        key: registered_names(key, value) if isinstance(value, Mapping) else value for key, value in node.items()
    }
    target = node.get(TARGET)
    if isinstance(target, str):
        named_node[TARGET] = name_of(group, target, own_name=node.get("name")) or target
    return named_node


def _filled(group: str, node: Any, *, values: Mapping[str, Any], always: bool = False) -> Any:
    """Return the node of a part of one's own with values for what its constructor takes and the config does not give.

    `always`: also where the constructor has a default.
    """
    if not isinstance(node, Mapping) or not isinstance(node.get(TARGET), str):
        return node
    known = named(group, node[TARGET])
    if known is not None and known.shipped:
        return node
    takes = parameters(TYPED.factory(group, node[TARGET]))
    lacking = {
        name: value
        for name, value in values.items()
        if name in takes and name not in node and (always or takes[name].default is takes[name].empty)
    }
    return {**node, **lacking}


def _described(group: str, node: Any) -> Any:
    """Return a node with what its factory's ``described`` adds: facts of this machine that determine the result."""
    if not isinstance(node, Mapping) or not isinstance(node.get(TARGET), str):
        return node
    describe = getattr(TYPED.factory(group, node[TARGET]), "described", None)
    return node if describe is None else {**node, **describe(arguments(group, node))}


def _comparable(protocol: Any) -> dict[str, Any]:
    return {key: protocol[key] for key in COMPARABLE if key in protocol} if isinstance(protocol, Mapping) else {}


def _backbone(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the label and the model of each role."""
    given = config.get("backbone")
    if not isinstance(given, Mapping):
        raise ConfigError("backbone: no models; choose a preset (backbone=NAME) or a LiteLLM id")
    own = [Path(folder) for folder in config.get("own_presets") or ()]
    names = [name for name in options("backbone", own) if name != "custom"]

    def load(name: str) -> Mapping[str, Any] | None:
        preset = load_backbone(name, own)
        return None if preset is None else _interpolated(preset, config)

    models = resolve(given, load, preset_names=names)
    label = str(given.get("name") or "custom")
    preset = load(label) if label in names else None
    if preset is not None or label == "custom":
        label = backbone_label(
            label, models, of_preset=None if preset is None else resolve(preset, load, preset_names=names)
        )
    return {"name": safe(label), **{role.value: written(models[role]) for role in Role}}


def written(spec: ModelSpec) -> dict[str, Any]:
    """Return a model as the record holds it: what was set."""
    return spec.model_dump(mode="json", exclude_defaults=True)


def _interpolated(preset: Mapping[str, Any], config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a preset whose ``${protocol...}`` is that of the composed config (`paper`)."""
    from omegaconf import OmegaConf

    if "${" not in str(preset):
        return preset
    whole = OmegaConf.create({"protocol": config.get("protocol") or {}, "backbone": dict(preset)})
    content = OmegaConf.to_container(whole, resolve=True)
    assert isinstance(content, dict)
    made: dict[str, Any] = content["backbone"]
    return made
