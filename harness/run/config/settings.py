"""The settings of a run: the resolved config, checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from harness.core.errors import ConfigError
from harness.core.problems import first_problem
from harness.records.bounds import plain
from harness.run.config.paths import LONGEST_NAME, path_problem
from harness.run.config.shown import shown


def _checked(text: str) -> str:
    if problem := path_problem(text):
        raise ValueError(problem)
    return text


def _expanded(path: Path) -> Path:
    _checked(str(path))
    return Path(_checked(str(path.expanduser())))


Folder = Annotated[Path, AfterValidator(_expanded)]
"""A folder; ``~`` is the home folder, whether a shell saw it or not."""

PathText = Annotated[str, AfterValidator(_checked)]
"""A path, or what may be one, kept as it was typed."""


class Section(BaseModel):
    """A frozen part of the settings that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Roles(Section):
    """How evaluator, optimizer and merger are asked.

    Attributes
    ----------
    tries
        How often a role is asked before its answer counts as unreadable.
    on_failure
        ``keep`` keeps the old module then, and the record says so; ``raise`` stops the run.
    prompts
        A folder of one's own templates (ROLE.KIND.j2).
    """

    tries: int = Field(default=3, ge=1)
    on_failure: Literal["keep", "raise"] = "keep"
    prompts: Folder | None = None


class Retries(Section):
    """How patiently a failed call is tried again: tries, and seconds of the first and the longest wait."""

    tries: int = Field(default=6, ge=1)
    first: float = Field(default=1.0, ge=0)
    longest: float = Field(default=120.0, ge=0)


class Timeouts(Section):
    """Seconds that a task may take (null: any); a call's are the backbone's own (`backbone.model.timeout`)."""

    task: float | None = Field(default=7200.0, gt=0)


class Local(Section):
    """The file of the local model: a path, or ``repository/file`` on the hub; and how many threads run it."""

    gguf: PathText | None = None
    hf: PathText | None = None
    threads: int | None = Field(default=None, ge=1)


class Budget(Section):
    """What methods are compared at the same amount of, and limits that stop a run.

    Attributes
    ----------
    match
        ``steps`` (optimizer calls in all), ``chain`` (sequential steps), ``rollouts``, ``tokens`` or ``cost`` of the
        training.
    amount
        How many rollouts, tokens or US dollars. With `match` it determines the result and is part of the run id.
    usd, tokens, minutes
        Limits of the whole run. They are not part of the run id: a larger one resumes the same run.
    """

    match: Literal["steps", "chain", "rollouts", "tokens", "cost"] = "steps"
    amount: float | None = Field(default=None, gt=0)
    usd: float | None = Field(default=None, gt=0)
    tokens: int | None = Field(default=None, gt=0)
    minutes: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _amount_where_it_counts(self) -> Budget:
        counted = self.match not in ("steps", "chain")
        if counted and self.amount is None:
            raise ValueError(f"budget.match={self.match} needs budget.amount=N")
        if not counted and self.amount is not None:
            raise ValueError(f"budget.amount has no meaning with budget.match={self.match}: set method.steps")
        return self


class Context(Section):
    """What becomes of evidence that does not fit the optimizer's window: see `harness.run.roles.fitting`."""

    policy: Literal["truncate", "summarize", "split"] = "truncate"


class Executor(Section):
    """Who plays the rollouts.

    Attributes
    ----------
    kind
        ``local``: this process. ``ray``: players on a Ray cluster.
    address
        None: a cluster on this machine that is started for the run. ``auto`` or ``HOST:PORT``: a running one.
    players
        How many; None: one for each CPU of the cluster.
    wait
        Seconds that a run waits while it has no player at all.
    loop
        The event loop of the run. ``uvloop`` (its extra) takes less CPU a call. Programs that environments and methods
        start then have sockets for pipes, and cannot be given a `process_group` or an `umask`.
    """

    kind: Literal["local", "ray"] = "local"
    address: str | None = None
    players: int | None = Field(default=None, ge=1, le=10_000)
    wait: float = Field(default=120.0, gt=0)
    loop: Literal["asyncio", "uvloop"] = "asyncio"

    @field_validator("address")
    @classmethod
    def _address_of_a_machine(cls, address: str | None) -> str | None:
        if address not in (None, "auto") and not _is_address(address or ""):
            raise ValueError("write null, auto or HOST:PORT, and start the run on a machine of the cluster")
        return address


def _is_address(text: str) -> bool:
    host, _, port = text.rpartition(":")
    try:
        host.encode("idna")  # as the look-up of the host will
    except UnicodeError:
        return False
    return bool(host) and "//" not in host and "\0" not in host and port.isdecimal() and int(port[:6]) < 2**16


class Settings(Section):
    """The settings of a run. `conf/config.yaml` explains them.

    `method`, `env` and `backbone` are the chosen config groups, resolved.
    """

    method: dict[str, Any]
    env: dict[str, Any]
    backbone: dict[str, Any]
    seed: int = 0
    data_seed: int = 0
    trials: int = Field(default=1, ge=1, le=10_000)
    baseline: bool = True
    validation_size: int = Field(default=0, ge=0)
    roles: Roles = Roles()
    retries: Retries = Retries()
    timeouts: Timeouts = Timeouts()
    local: Local = Local()
    budget: Budget = Budget()
    context: Context = Context()
    concurrency: int = Field(default=64, ge=1, le=100_000)
    share: bool = True
    fresh: bool = False
    results_dir: Folder = Path("results")
    embedding: dict[str, Any] = Field(default_factory=lambda: {"_target_": "tfidf"})
    tracking: dict[str, Any] = Field(default_factory=dict)
    executor: Executor = Executor()

    @property
    def env_name(self) -> str:
        """The environment's name in folders and tables."""
        return folder_name("env", self.env.get("name") or _last("env", self.env))

    @property
    def method_name(self) -> str:
        """The method's name in folders and tables."""
        return folder_name("method", self.method.get("name") or _last("method", self.method))


def read_settings(config: Mapping[str, Any]) -> Settings:
    """Check a resolved config.

    Raises
    ------
    ConfigError
        If a value is of the wrong kind or out of range, or a key is unknown: one line with its name.
    """
    shared = {key: value for key, value in config.items() if key in Settings.model_fields}
    unknown = sorted(set(config) - set(Settings.model_fields) - BUILDING_BLOCKS)
    if unknown:
        raise ConfigError(f"unknown setting {unknown[0]!r}: `python -m harness --help` lists all settings")
    _check_bounds(shared)
    try:
        return Settings.model_validate(shared)
    except ValidationError as error:
        raise ConfigError(first_problem(error, quote=True)) from None


def _check_bounds(config: Mapping[str, Any], prefix: str = "") -> None:
    """Refuse what the record of a run cannot hold, and so no run may have."""
    for name, value in config.items():
        try:
            plain({str(name): value})
        except ValueError as error:
            if isinstance(value, Mapping):
                _check_bounds(value, f"{prefix}{name}.")
            raise ConfigError(f"{prefix}{name} {error}") from None


BUILDING_BLOCKS = {"protocol", "partition", "cluster", "experiment", "own_presets"}
"""Config nodes that others refer to; they are part of a run only where `method` or `backbone` takes them up."""


def folder_name(group: str, name: object) -> str:
    """Return a name that can be a folder's.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    if not isinstance(name, str) or not name or any(c in name for c in "/\\\0") or name.startswith("."):
        raise ConfigError(f"{group}.name={shown(repr(name))} cannot be the name of a folder")
    if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        raise ConfigError(f"{group}.name={shown(name)} is too long for the name of a folder")
    return name


def _last(group: str, config: Mapping[str, Any]) -> str:
    return str(config.get("_target_", group)).rpartition(".")[2].lower()
