"""What a run is to do: everything built and checked, nothing spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.domain import Modules, Role
from harness.core.environment import Description, Environment
from harness.core.method import Method
from harness.llm.backbone import ModelSpec
from harness.records.folder import RunFolder
from harness.records.run_id import run_id
from harness.run.config import build
from harness.run.config.identity import identity
from harness.run.config.settings import Settings
from harness.run.embedding import Embedder
from harness.run.roles.prompting import Prompts


@dataclass(frozen=True)
class Plan:
    """A run that is ready to start: everything checked, nothing spent."""

    settings: Settings
    environment: Environment
    description: Description
    method: Method
    models: Mapping[Role, ModelSpec]
    initial: Modules
    prompts: Prompts
    backbone: str
    embedder: Embedder
    identity: Mapping[str, Any]
    folder: RunFolder

    @property
    def run_id(self) -> str:
        """The run's id."""
        return run_id(self.identity)

    @property
    def simulated(self) -> bool:
        """Whether any role is played by a simulated model."""
        return any(spec.simulated for spec in self.models.values())


def plan(settings: Settings, *, keys: bool = True) -> Plan:
    """Build everything that a run needs and find its folder.

    Parameters
    ----------
    keys
        Whether every model must have its key in place; a replay asks none.

    Raises
    ------
    ConfigError
        If anything is wrong that can be known before work is done.
    """
    models = build.build_models(settings, keys=keys)
    method = build.build_method(settings)
    embedder = build.build_embedder(settings)
    environment = build.build_environment(settings)
    description = environment.describe()
    initial = build.initial_modules(environment, settings)
    prompts = Prompts(settings.roles.prompts)
    backbone = build.backbone_name(settings, models)
    determined_by = identity(settings, description, method, models, initial, prompts)
    folder = RunFolder.of(
        settings.results_dir, settings.env_name, settings.method_name, backbone, run_id(determined_by)
    )
    return Plan(
        settings,
        environment,
        description,
        method,
        models,
        initial,
        prompts,
        backbone,
        embedder,
        determined_by,
        folder,
    )
