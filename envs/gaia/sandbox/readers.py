"""What a tool may import: the standard library and the libraries that read files."""

from __future__ import annotations

import re
import sys
import sysconfig
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

READERS = ("openpyxl", "pypdf", "python-docx", "python-pptx", "lxml", "pandas", "Pillow")
"""Distributions. markitdown is left out: it brings onnxruntime (magika), which doubles a sandbox's memory."""

PRELOAD = (
    *("json", "csv", "re", "math", "zipfile", "datetime", "statistics", "decimal", "fractions", "collections", "io"),
    *("xml.etree.ElementTree", "html.parser", "sqlite3", "ast", "string", "itertools", "textwrap", "unicodedata"),
    *("numpy", "pandas", "openpyxl", "pypdf", "docx", "pptx", "lxml.etree", "lxml.html", "PIL.Image"),
    *("PIL.PngImagePlugin", "encodings.idna", "encodings.latin_1", "encodings.cp1252", "encodings.utf_16"),
)
"""Modules that a sandbox loads once, for all calls."""

_REQUIRED = re.compile(r"[A-Za-z0-9._-]+")


@cache
def entries() -> tuple[Path, ...]:
    """Return the top-level files and directories of the readers and of what they require."""
    found: dict[str, Distribution] = {}
    left = list(READERS)
    while left:
        name = left.pop()
        if name.lower() in found:
            continue
        try:
            found[name.lower()] = distribution(name)
        except PackageNotFoundError:
            continue
        left += [required for line in found[name.lower()].requires or () if (required := _unconditional(line))]
    tops = {Path(str(d.locate_file(_top(str(f))))) for d in found.values() for f in d.files or () if _is_code(str(f))}
    return tuple(sorted(top for top in tops if top.exists()))


@cache
def importable() -> frozenset[str]:
    """Return the names of top-level modules that a tool may import."""
    names = {path.name.split(".")[0] for path in entries() if not path.name.endswith(".libs")}
    return frozenset(names | set(sys.stdlib_module_names))


@cache
def missing() -> tuple[str, ...]:
    """Return the readers that are not installed."""

    def absent(name: str) -> bool:
        try:
            distribution(name)
        except PackageNotFoundError:
            return True
        return False

    return tuple(filter(absent, READERS))


@cache
def interpreter() -> Path:
    """Return the interpreter's program, not the virtual environment's link to it."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


@cache
def libraries() -> tuple[Path, ...]:
    """Return the directories and files of the standard library and the shared libraries."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    base |= {"installed_base": sys.base_prefix, "installed_platbase": sys.base_exec_prefix}
    paths = [Path(sysconfig.get_path(name, vars=base)) for name in ("stdlib", "platstdlib")]
    paths += [Path("/lib64"), Path("/usr/lib64"), Path("/etc/ld.so.cache")]
    paths += [Path(f"{root}/{multiarch}") for root in ("/lib", "/usr/lib") if multiarch]
    paths += list(Path(sys.base_prefix, "lib").glob("libpython*.so*"))
    return tuple(dict.fromkeys(path for path in paths if path.exists()))


def _unconditional(requirement: str) -> str | None:
    """Return the name in a requirement that is no extra."""
    match = _REQUIRED.match(requirement)
    return match.group() if match and "extra ==" not in requirement else None


def _top(file: str) -> str:
    return file.split("/", 1)[0]


def _is_code(file: str) -> bool:
    top = _top(file)
    return top not in ("..", "__pycache__") and not top.endswith((".dist-info", ".pth"))
