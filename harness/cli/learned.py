"""Learned modules that a command names: a run, or a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import ConfigError
from harness.records.store import find_run
from harness.run.config.paths import path_problem
from harness.run.config.presets import options
from harness.run.config.shown import shown


@dataclass(frozen=True, slots=True)
class Found:
    """A file with learned modules, and the environment that they were learned in where it is a shipped one."""

    path: Path
    env: str = ""


def found_module(name: str, words: Sequence[str]) -> Found:
    """Return the modules that a person means by the path of a file, or by a run's id or folder.

    Raises
    ------
    ConfigError
        If there are none.
    """
    if Path(name).is_file():
        return Found(Path(name))
    folder = find_run(name, results_dir(words))
    record, result = folder.read_run(), folder.read_result()
    if record is None or result is None:
        raise ConfigError(f"{folder.path} has no learned module yet: the run has not ended")
    env = record.env if record.env in options("env") else ""
    if not env and not names_env(words):
        config = record.config.get("env")
        target = config.get("_target_") if isinstance(config, Mapping) else None
        target = target or record.env
        raise ConfigError(
            f"run {record.run_id} was learned in {target}, a class that is not shipped: add env={target} to use it"
        )
    return Found(folder.path / "modules" / f"{result.module[:12]}.json", env)


def results_dir(words: Sequence[str]) -> Path:
    """Return the results folder that the words name.

    Raises
    ------
    ConfigError
        If it cannot be the name of one.
    """
    named = [word.partition("=")[2].strip("'\"") for word in words if word.startswith("results_dir=")]
    folder = named[-1] if named else "results"
    if problem := path_problem(folder):
        raise ConfigError(f"results_dir={shown(folder)}: {problem}")
    return Path(folder).expanduser()


def names_env(words: Sequence[str]) -> bool:
    """Return whether the words choose an environment."""
    return any(word.lstrip("+").startswith(("env=", "env._target_=")) for word in words)


def words_of(method: str, found: Found, *, typed: Sequence[str]) -> list[str]:
    """Return the words of a run of one of the harness's own methods on learned modules, what was typed last."""
    digest = hashlib.sha256(found.path.read_bytes()).hexdigest()
    escaped = str(found.path).replace("\\", "\\\\").replace("'", "\\'")
    words = ["method=custom", f"method._target_={method}", f"method.name={method}"]
    words += [f"method.learned='{escaped}'", f"method.digest={digest}"]
    if found.env and not names_env(typed):
        words.append(f"env={found.env}")
    return [*words, *typed]
