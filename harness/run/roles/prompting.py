"""Prompt templates: Jinja2 text files, one per role and kind of module, with a `system` and a `user` block."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.core.messages import Message

VERSION = "2"
"""Of the packaged prompts: raised when their templates, or what fills them in, are changed."""

PACKAGED = Path(__file__).parent / "prompts"


@lru_cache(maxsize=64)
def load(path: Path) -> jinja2.Template:
    """Read a template. What it fills in is plain text: nothing is escaped, and an unknown name is an error."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=False)
    try:
        return environment.from_string(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read the prompt template {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"cannot read the prompt template {path}: it is not UTF-8") from None
    except jinja2.TemplateSyntaxError as error:
        raise ConfigError(f"the prompt template {path}, line {error.lineno}: {error.message}") from None


class Prompts:
    """The templates of a run.

    Parameters
    ----------
    folder
        Where to look first, for a user's own templates; what it does not hold comes from the package.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise ConfigError(f"roles.prompts={folder} is not a folder")
        self._folder = folder

    def messages(self, role: Role, kind: str, **parts: Any) -> list[Message]:
        """Fill a role's template for a kind of module in: a system and a user message."""
        template = load(self._path(role, kind))
        context = template.new_context(parts)
        try:
            system, user = ("".join(template.blocks[name](context)).strip() for name in ("system", "user"))
        except KeyError as error:
            raise ConfigError(f"the prompt template {self._path(role, kind)} lacks the block {error}") from None
        except jinja2.UndefinedError as error:
            raise ConfigError(f"the prompt template {self._path(role, kind)}: {error.message}") from None
        return [Message("system", system), Message("user", user)]

    def digests(self) -> dict[str, str]:
        """Return the digest of every template in force, by file name."""
        names = {path.name for folder in (PACKAGED, self._folder) if folder for path in folder.glob("*.j2")}
        return {name: hashlib.sha256(self._find(name).read_bytes()).hexdigest() for name in sorted(names)}

    def _path(self, role: Role, kind: str) -> Path:
        return self._find(f"{role.value}.{kind}.j2")

    def _find(self, name: str) -> Path:
        own = self._folder / name if self._folder else None
        path = own if own is not None and own.exists() else PACKAGED / name
        if not path.exists():
            raise ConfigError(f"there is no prompt template {name}: put one into a folder and name it as roles.prompts")
        return path
