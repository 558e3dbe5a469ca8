"""The command that installs an extra of this project: by its packages, since the project itself is on no registry."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec

from harness.core.errors import ConfigError

PROJECT = "fgo-harness"


def check_installed(setting: str, package: str) -> None:
    """Refuse a setting whose package, that of the extra of the same name, is not installed.

    Raises
    ------
    ConfigError
        With the command that installs it.
    """
    if find_spec(package) is None:
        raise ConfigError(f"{setting} needs a package: {install(package)}")


def install(extra: str) -> str:
    """Return the command that installs what an extra needs: ``pip install 'pyarrow>=17'``."""
    try:
        declared = requires(PROJECT) or []
    except PackageNotFoundError:  # run from a checkout that is not installed
        declared = []
    parts = [line.partition(";") for line in declared]
    quoted = (f"extra == '{extra}'", f'extra == "{extra}"')
    packages = [f"'{name.strip()}'" for name, _, marker in parts if any(word in marker for word in quoted)]
    return f"pip install {' '.join(packages)}" if packages else f"pip install -e '.[{extra}]' in a checkout"
