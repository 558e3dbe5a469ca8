"""What is wrong with the words that Hydra refused, in one line, with the words to type instead."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from harness.core.errors import ConfigError
from harness.run.config.overrides import without_folders
from harness.run.config.presets import GROUPS, conf_dir, options
from harness.run.config.shown import shown

MESSAGE = 500
"""Characters of what Hydra says."""

_INTEGER = re.compile(r"\d{4301}")
"""More digits than Python reads."""

CHOSEN = ("method", "env", "backbone", "partition", "cluster", "embedding", "tracking", "executor", "experiment")


def in_a_line(error: Exception, words: Sequence[str]) -> str:
    """Say what is wrong with the words in one line, with what could stand there instead."""
    try:
        words, own = without_folders(words)
    except ConfigError as folder:
        return str(folder)
    for word in words:
        group, equals, names = word.lstrip("+").partition("=")
        if equals and group in CHOSEN:
            known = options(group, own)
            for name in names.split(","):
                if name not in known and "/" not in name and "." not in name:
                    return f"{group}={shown(name)}: there is no such {group}; {_choices(group, name, known=known)}"
        if equals and _INTEGER.search(names):
            return f"{group} holds an integer beyond 64 bits"
    if isinstance(error, ValueError) and beyond_bounds(error):
        return "a preset holds an integer beyond 64 bits"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = lines[0] if lines else type(error).__name__
    ambiguous = re.match(r"Ambiguous value for argument '([^=']+)=(.*)'", line)
    if ambiguous:
        key, value = ambiguous.groups()
        return (
            f"{key}={shown(value, MESSAGE)}: several values are a sweep (add -m); one value with commas is written "
            f"{key}=\"'{shown(value, MESSAGE)}'\""
        )
    line = shown(line, MESSAGE)
    return f"{line.rstrip('.')}{_near(line)}; `python -m harness --help` lists settings, --cfg job prints them all"


def beyond_bounds(error: OSError | ValueError) -> bool:
    """Return whether an error is of a name too long, or of an integer too long to be read."""
    if isinstance(error, OSError):
        return error.errno == errno.ENAMETOOLONG
    return str(error).startswith("Exceeds the limit")


def _choices(group: str, name: str, *, known: Sequence[str]) -> str:
    near = get_close_matches(name[:MESSAGE], known, n=1)
    hint = f"; did you mean {group}={near[0]}?" if near else ""
    other = {"backbone": ", or a LiteLLM id with its provider (openai/gpt-4o)"}.get(group, "")
    other = ", or a class of your own (module.Class)" if group in GROUPS else other
    return f"choose one of {', '.join(known)}{other}{hint}"


def _near(line: str) -> str:
    """Return what is meant by a setting that Hydra could not override: the nearest name, or that of another preset."""
    unknown = re.match(r"Could not override '([\w.]+)'", line)
    if unknown is None:
        return ""
    group, _, name = unknown[1].rpartition(".")
    near = get_close_matches(name, _settings(group), n=1)
    whole = ".".join([*filter(None, [group]), *near])
    having = [preset for preset in options(group) if name in _names(conf_dir() / group / f"{preset}.yaml", group)]
    if group and whole == unknown[1] and having:
        return f": it is a setting of {' or '.join(f'{group}={preset}' for preset in having)}; add that"
    return f": did you mean {whole!r}?" if near and whole != unknown[1] else ""


def _settings(group: str) -> list[str]:
    """Return the names of settings: of a group, in any of its presets; of the config itself where it is empty."""
    from omegaconf import DictConfig, OmegaConf

    config = OmegaConf.load(conf_dir() / "config.yaml")
    if not group:
        return [*CHOSEN, *map(str, config)]
    names: dict[str, None] = {}
    section = OmegaConf.select(config, group)
    if isinstance(section, DictConfig):
        names |= dict.fromkeys(map(str, section))
    for path in sorted((conf_dir() / group).glob("*.yaml")):
        names |= dict.fromkeys(_names(path, group))
    return list(names)


def _names(path: Path, group: str) -> list[str]:
    """Return the names of the settings of a preset; empty where there is no such file."""
    from omegaconf import DictConfig, OmegaConf

    preset = OmegaConf.load(path) if path.is_file() else None
    return [str(name) for name in preset.get(group, preset)] if isinstance(preset, DictConfig) else []
