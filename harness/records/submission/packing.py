"""Packing a run: its record, journal and modules into one file, the same bytes each time."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

from harness.core.errors import ConfigError
from harness.records.files import told
from harness.records.inside import open_inside
from harness.records.reading.checks import problem
from harness.records.reading.run import Run
from harness.records.submission.manifest import MANIFEST, MEMBER, Manifest, sha256

DATE = (1980, 1, 1, 0, 0, 0)
"""Of every member: when a file was written says nothing."""


def pack(run: Run, out: Path, sensitive: bool = False) -> int:
    """Write a finished run as one file, which must not be there yet; return its size in bytes.

    Raises
    ------
    ConfigError
        If the run has not ended or contradicts itself, or its environment's texts are sensitive and `sensitive` does
        not say that they may leave, or the file exists.
    """
    if reason := problem(run):
        raise ConfigError(f"run {run.id} cannot be submitted: {reason}")
    if run.sensitive and not sensitive:
        raise ConfigError(
            f"the texts of {run.env} are sensitive, and the record holds them: --sensitive packs them all the same"
        )
    if out.exists():
        raise ConfigError(f"{out} already exists")
    folder = run.folder.path
    digests = {}
    for name in (names := _members(folder)):
        with open_inside(folder, name) as file:
            digests[name] = sha256(file)
    part = out.with_name(f".{out.name}.part")
    with told():
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr(_member(MANIFEST), Manifest(run_id=run.id, files=digests).model_dump_json(indent=2))
                for name in names:
                    with (
                        open_inside(folder, name) as source,
                        packed.open(_member(name), "w", force_zip64=True) as target,
                    ):
                        shutil.copyfileobj(source, target)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    return out.stat().st_size


def _members(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return sorted(name for name in found if MEMBER.fullmatch(name))


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name.replace(os.sep, "/"), DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
