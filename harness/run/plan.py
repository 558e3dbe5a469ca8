"""What a run is to do: everything built and checked, nothing spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.core.domain import Modules, Role
from harness.core.environment import Description, Environment
from harness.core.method import Method
from harness.llm.backbone import ModelSpec
from harness.records.folder import RunFolder
from harness.records.run_id import run_id
from harness.run.config import build, earlier
from harness.run.config.identity import identity
from harness.run.config.registry import TYPED, Resolver
from harness.run.config.settings import Settings, folder_name
from harness.run.embedding import Embedder
from harness.run.embedding.endpoint import Endpoint
from harness.run.roles.prompting import Prompts


@dataclass(frozen=True)
class Plan:
    """A run that is ready to start: everything checked, nothing spent.

    Attributes
    ----------
    backbone
        Its label, in folders, tables and trackers.
    identity
        What the run id is a digest of.
    earlier
        The identity that schema 1 of the record gave this run; None where it could not have recorded it.
    """

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
    earlier: Mapping[str, Any] | None
    folder: RunFolder

    @property
    def run_id(self) -> str:
        """The run's id."""
        return run_id(self.identity)

    @property
    def earlier_id(self) -> str | None:
        """The id that schema 1 of the record gave this run."""
        return None if self.earlier is None else run_id(self.earlier)

    @property
    def simulated(self) -> bool:
        """Whether any role is played by a simulated model."""
        return any(spec.simulated for spec in self.models.values())

    def as_recorded_earlier(self, backbone: str | None = None) -> Plan:
        """Return the same run under its earlier id."""
        if self.earlier is None:
            return self
        label = self.backbone if backbone is None else backbone
        embedder = self.embedder
        if isinstance(embedder, Endpoint):
            embedder = replace(embedder, keyed_at=embedder.api_base)
        folder = _folder(self.settings, label, determined_by=self.earlier)
        return replace(self, identity=self.earlier, backbone=label, embedder=embedder, folder=folder)


def plan(
    settings: Settings,
    *,
    keys: bool = True,
    resolver: Resolver = TYPED,
    initial: Mapping[str, Any] | None = None,
    models: Mapping[Role, ModelSpec] | None = None,
) -> Plan:
    """Build everything that a run needs and find its folder.

    A run that an earlier version recorded under another id keeps that id and its folder.

    Parameters
    ----------
    keys
        Whether every model must have its key in place; a replay asks none.
    resolver
        What the config may name.
    initial
        Modules to begin with in place of the environment's, by name (a record's own).
    models
        In place of those that the config names (a record's, whose weights count by their recorded digest).

    Raises
    ------
    ConfigError
        If anything is wrong that can be known before work is done.
    """
    build.check_executor(settings)
    models = models or build.build_models(settings, keys=keys)
    method = build.build_method(settings, resolver)
    embedder = build.build_embedder(settings, resolver, keys=keys)
    environment = build.build_environment(settings, resolver)
    description = environment.describe()
    if not settings.env.get("name"):
        settings = settings.model_copy(update={"env": {**settings.env, "name": folder_name("env", description.name)}})
    modules = build.initial_modules(environment, settings)
    for name, module in (initial or {}).items():
        modules = modules.with_module(name, module)
    prompts = Prompts(settings.roles.prompts)
    version = getattr(method, "version", "0")
    before = earlier.identity(settings, description, version=version, models=models, initial=modules, prompts=prompts)
    determined_by = identity(
        settings,
        description,
        version=version,
        models=models,
        initial=modules,
        prompts=prompts,
        embedding=embedder.identity(),
        resolver=resolver,
    )
    label = str(settings.backbone["name"])
    ready = Plan(
        settings=settings,
        environment=environment,
        description=description,
        method=method,
        models=models,
        initial=modules,
        prompts=prompts,
        backbone=label,
        embedder=embedder,
        identity=determined_by,
        earlier=before,
        folder=_folder(settings, label, determined_by=determined_by),
    )
    return _where_it_lies(ready)


def _folder(settings: Settings, label: str, *, determined_by: Mapping[str, Any]) -> RunFolder:
    return RunFolder.of(
        settings.results_dir,
        settings.env_name,
        method=settings.method_name,
        backbone=label,
        run_id=run_id(determined_by),
    )


def _where_it_lies(ready: Plan) -> Plan:
    """Return the plan with the folder of the run's record, if there is one: under this label or another, id or id."""
    if (ready.folder.path / "run.json").is_file():
        return ready
    runs = ready.settings.results_dir / "runs"
    for name in filter(None, (ready.run_id, ready.earlier_id)):
        for path in sorted(runs.glob(f"*/*/*/{name}/run.json")):
            found = ready if name == ready.run_id else ready.as_recorded_earlier(path.parents[1].name)
            return replace(found, backbone=path.parents[1].name, folder=RunFolder(path.parent))
    return ready
