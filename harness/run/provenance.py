"""Where a run comes from: code, packages, Python."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "fgo-harness",
    "alfworld",
    "hydra-core",
    "litellm",
    "numpy",
    "omegaconf",
    "pandas",
    "scikit-learn",
    "textworld",
)


def git_revision() -> str | None:
    """Return the revision of the checkout that the harness runs from, ``+`` where it has changes; None elsewhere."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None

    def git(*words: str) -> str:
        return subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, text=True, timeout=10, check=True
        ).stdout

    try:
        revision = git("rev-parse", "HEAD").strip()
        return revision + ("+" if git("status", "--porcelain", "--untracked-files=no").strip() else "")
    except (OSError, subprocess.SubprocessError):
        return None


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that results may depend on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def python_version() -> str:
    """Return implementation and version, such as ``CPython 3.11.7``."""
    return f"{platform.python_implementation()} {platform.python_version()}"
