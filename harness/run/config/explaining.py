"""What is wrong with the words that Hydra refused, in one line, with the words to type instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from harness.core.errors import ConfigError
from harness.run.config.overrides import without_folders
from harness.run.config.presets import GROUPS, conf_dir, options

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
                    return f"{group}={name}: there is no such {group}; {_choices(group, name, known=known)}"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = lines[0] if lines else type(error).__name__
    ambiguous = re.match(r"Ambiguous value for argument '([^=']+)=(.*)'", line)
    if ambiguous:
        key, value = ambiguous.groups()
        return (
            f"{key}={value}: several values are a sweep (add -m); one value with commas is written {key}=\"'{value}'\""
        )
    return f"{line.rstrip('.')}{_near(line)}; `python -m harness --help` lists settings, --cfg job prints them all"


def _choices(group: str, name: str, *, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {group}={near[0]}?" if near else ""
    other = {"backbone": ", or a LiteLLM id with its provider (openai/gpt-4o)"}.get(group, "")
    other = ", or a class of your own (module.Class)" if group in GROUPS else other
    return f"choose one of {', '.join(known)}{other}{hint}"


def _near(line: str) -> str:
    """Return the setting that is nearest to the one that Hydra could not override, as a question."""
    unknown = re.match(r"Could not override '([\w.]+)'", line)
    if unknown is None:
        return ""
    group, _, name = unknown[1].rpartition(".")
    near = get_close_matches(name, _settings(group), n=1)
    whole = ".".join([*filter(None, [group]), *near])
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
        preset = OmegaConf.load(path)
        if isinstance(preset, DictConfig):
            names |= dict.fromkeys(map(str, preset.get(group, preset)))
    return list(names)
