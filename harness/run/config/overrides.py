"""What people type, made into what Hydra expects."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from harness.core.errors import ConfigError

CUSTOM = ("env", "method")

VALUED = {"-c", "--cfg", "-p", "--package", "-cp", "--config-path", "-cn", "--config-name", "-cd", "--config-dir",
          "-i", "--info", "--experimental-rerun"}  # fmt: skip
FLAGS = VALUED | {"--hydra-help", "--resolve", "-r", "--run", "-m", "--multirun", "-sc", "--shell-completion"}
"""Hydra's options: those that are followed by a word, and all."""


def refuse_strays(words: Sequence[str], commands: Sequence[str]) -> None:
    """Refuse what is neither a setting nor an option of Hydra: it would answer with a page of usage.

    Raises
    ------
    ConfigError
        With the command that is nearest to a first word that is none.
    """
    valued = False
    for number, word in enumerate(words):
        option = word.partition("=")[0]
        if word.startswith("-"):
            if not any(flag == option or (option[2:] and flag.startswith(option)) for flag in FLAGS):
                raise ConfigError(f"there is no option {option}; settings are written name=value, `--help` lists them")
        elif "=" not in word and not word.startswith("~") and not valued:
            if number:
                raise ConfigError(f"{word!r} is no setting: settings are written name=value, `--help` lists them")
            near = get_close_matches(word, commands, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`--help` lists commands and settings"
            raise ConfigError(f"{word!r} is neither a command nor a setting (name=value); {hint}")
        valued = option in VALUED and "=" not in word


def normalise(words: Sequence[str]) -> list[str]:
    """Return the words for Hydra.

    ``env._target_=module.Class`` without ``env=NAME`` starts from the preset ``custom`` rather than from the settings
    of the default environment; likewise for `method`.
    """
    # The group is in the defaults list already: it is chosen, not appended.
    result = [word[1:] if word.startswith("+experiment=") else word for word in words]
    for group in CUSTOM:
        names_target = any(word.lstrip("+").startswith(f"{group}._target_=") for word in words)
        chooses = any(word.startswith(f"{group}=") for word in words)
        if names_target and not chooses:
            result.append(f"{group}=custom")
    return result
