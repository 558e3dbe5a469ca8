"""Learned modules that a command names: a run, or a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import ConfigError
from harness.records.store import find_run
from harness.run.config.presets import options


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
    return Found(folder.path / "modules" / f"{result.module[:12]}.json", env)


def results_dir(words: Sequence[str]) -> Path:
    """Return the results folder that the words name."""
    named = [word.partition("=")[2].strip("'\"") for word in words if word.startswith("results_dir=")]
    return Path(named[-1] if named else "results").expanduser()


def words_of(method: str, found: Found, typed: Sequence[str]) -> list[str]:
    """Return the words of a run of one of the harness's own methods on learned modules, what was typed last."""
    digest = hashlib.sha256(found.path.read_bytes()).hexdigest()
    escaped = str(found.path).replace("\\", "\\\\").replace("'", "\\'")
    words = ["method=custom", f"method._target_={method}", f"method.name={method}"]
    words += [f"method.learned='{escaped}'", f"method.digest={digest}"]
    if found.env and not any(word.lstrip("+").startswith(("env=", "env._target_=")) for word in typed):
        words.append(f"env={found.env}")
    return [*words, *typed]
