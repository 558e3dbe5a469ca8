"""What people type, made into what Hydra expects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.run.config.paths import path_problem
from harness.run.config.presets import options
from harness.run.config.shown import shown

CUSTOM = ("env", "method")
"""Groups whose parts a user may write; `custom` is their empty preset."""

OPEN = ("env", "method", "embedding")
"""Groups whose settings are the arguments of a constructor, which checks them."""

MODELS = ("model", *(role.value for role in Role))

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


def refuse_options(words: Sequence[str]) -> None:
    """Refuse what is no setting, where settings alone belong.

    Raises
    ------
    ConfigError
        With the first such word.
    """
    for word in words:
        if word.startswith("-"):
            raise ConfigError(f"{shown(word)}: options do not belong here; settings are written name=value")
        if "=" not in word and not word.startswith("~"):
            raise ConfigError(f"{shown(word)!r} is no setting: settings are written name=value, `--help` lists them")
        if "\0" in word:
            raise ConfigError(f"{shown(word)}: holds a null character, which no setting can")


def without_folders(words: Sequence[str]) -> tuple[list[str], list[Path]]:
    """Return the words without `--config-dir DIR`, wherever it stands, and the folders that it names.

    Raises
    ------
    ConfigError
        If one is no folder.
    """
    kept: list[str] = []
    folders: list[Path] = []
    waiting = iter(words)
    for word in waiting:
        option, equals, value = word.partition("=")
        if option not in ("--config-dir", "-cd"):
            kept.append(word)
            continue
        named = value if equals else next(waiting, "")
        if problem := path_problem(named):
            raise ConfigError(f"--config-dir {shown(named)}: {problem}")
        folder = Path(named).expanduser().resolve()
        if not folder.is_dir() or not (value or not equals):
            raise ConfigError(f"--config-dir {folder}: is not a folder")
        folders.append(folder)
    return kept, folders


def options_last(words: Sequence[str]) -> list[str]:
    """Return the words with Hydra's options behind the settings: its parser takes settings in one piece only."""
    settings: list[str] = []
    flags: list[str] = []
    valued = False
    for word in words:
        option = word.startswith("-")
        (flags if option or valued else settings).append(word)
        valued = option and word in VALUED
    return [*settings, *flags]


def lexed(words: Sequence[str]) -> list[str]:
    """Return the words with values that Hydra's grammar can read: others are quoted, ``~`` is the home folder."""
    return [
        f"{key}={_lexed(value)}" if equals and not word.startswith(("-", "~")) else word
        for word in words
        for key, equals, value in [word.partition("=")]
    ]


def normalise(words: Sequence[str]) -> list[str]:
    """Return the words for Hydra.

    - A name that is a model's id or ``module.Class`` chooses the preset `custom` and fills it in.
    - Settings of a backbone's models, and of parts whose constructor checks them, need no ``+``.
    - Folders of one's own presets go on Hydra's search path.
    - Values that Hydra's grammar does not know (``~/x``, umlauts) are quoted.
    """
    plain, folders = without_folders(words)
    result = [new for word in plain for new in _normal(word, folders)]
    for group in CUSTOM:
        names_target = any(word.lstrip("+").startswith(f"{group}._target_=") for word in result)
        chooses = any(word.lstrip("+").startswith(f"{group}=") for word in result)
        if names_target and not chooses:
            result.append(f"{group}=custom")
    if folders:
        listed = ",".join(_quoted(str(folder)) for folder in folders)
        result.append(f"++own_presets=[{listed}]")
        result.append(f"hydra.searchpath=[{','.join(_quoted(f'file://{folder}') for folder in folders)}]")
    return result


def _normal(word: str, folders: Sequence[Path]) -> Iterator[str]:
    key, equals, value = word.partition("=")
    bare = key.lstrip("+")
    if not equals or word.startswith(("-", "~")) or bare.startswith("hydra"):
        yield word
        return
    value = _lexed(value)
    group, _, rest = bare.partition(".")
    if bare == "experiment":  # the group is in the defaults list already: it is chosen, not appended
        yield f"{bare}={value}"
    elif bare in CUSTOM and _is_class(value) and value not in options(bare, folders):
        yield from (f"{bare}=custom", f"++{bare}._target_={value}")
    elif bare == "backbone" and _is_model(value) and value not in options(bare, folders):
        yield from ("backbone=custom", f"++backbone.model={_quoted(value)}")
    elif group == "backbone" and rest.partition(".")[0] in MODELS and "." in rest:
        yield f"++backbone.fields.{rest}={value}"
    elif group in OPEN and rest:
        yield f"++{bare}={value}"
    else:
        yield f"{key}={value}"


def _is_class(value: str) -> bool:
    parts = value.split(".")
    return len(parts) > 1 and all(part.isidentifier() for part in parts)


def _is_model(value: str) -> bool:
    provider, slash, model = value.partition("/")
    if slash:
        return bool(provider.replace("_", "a").replace("-", "a").isalnum() and model) and "," not in value
    from harness.llm.price_table import knows_chat_model

    return knows_chat_model(value)


def _lexed(value: str) -> str:
    """Return a value in Hydra's grammar: as it is where that can be parsed, else quoted."""
    if value.startswith("~") and not path_problem(value):
        value = str(Path(value).expanduser())
    if value.isascii() and value.replace("_", "a").replace(".", "a").replace("/", "a").replace("-", "a").isalnum():
        return value
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        OverridesParser.create().parse_override(f"key={value}")
    except HydraException:
        return _quoted(value)
    except ValueError:  # an integer of thousands of digits, which is refused where the word is read
        return value
    return value


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
