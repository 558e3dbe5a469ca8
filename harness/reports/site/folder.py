"""The site's folder: written apart and moved into place whole; never over a folder that is not a site."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.core.errors import ConfigError
from harness.records.files import told

MARK = "harness-site.txt"
"""A file that only our sites have."""


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """Yield a new folder; when all went well it takes the place of `out`.

    Raises
    ------
    ConfigError
        If `out` exists and is neither empty nor a site that this command wrote.
    """
    if out.exists() and not _ours(out):
        raise ConfigError(
            f"{out} exists and was not created by `harness site`: choose another folder, or remove it first"
        )
    with told():
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        fresh = work / "new"
        with told():
            fresh.mkdir()
            (fresh / MARK).write_text("A site that `harness site` wrote; writing it anew replaces this folder.\n")
            yield fresh
            if out.exists():
                out.rename(work / "old")
            fresh.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _ours(out: Path) -> bool:
    return out.is_dir() and not out.is_symlink() and ((out / MARK).is_file() or not any(out.iterdir()))
