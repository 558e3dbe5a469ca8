"""Unpacking a submission from a stranger: only the files of a record, only what its manifest lists, nowhere else."""

from __future__ import annotations

import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

from pydantic import ValidationError

from harness.core.errors import ConfigError
from harness.core.printable import printable
from harness.records.folder import RunFolder
from harness.records.submission.manifest import FORMAT, MANIFEST, MEMBER, NEEDED, Manifest, sha256

MOST_BYTES = 8 * 2**30
"""A submission that unpacks to more bytes than this is refused."""

MOST_MANIFEST = 16 * 2**20

MOST_MEMBERS = 20_000

MOST_RATIO = 200
"""Bytes that a packed byte may unpack to; rows and journals of runs stay far below."""

SLACK = 2**20
"""Bytes that any member may have, however well it packs."""

KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Compressions of a submission. LZMA and bzip2 unpack a few kB to gigabytes."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)
"""What `zipfile` raises over an archive that is none."""


def unpack(packed: Path, into: Path) -> RunFolder:
    """Unpack a submission into a folder named for its run; return that.

    Raises
    ------
    ConfigError
        If it is no submission, holds other files than a record has, or a file is not the one that is listed.
    """
    try:
        with zipfile.ZipFile(packed) as archive:
            return _unpacked(archive, into)
    except (ValidationError, KeyError):
        raise ConfigError(f"{packed} is no submission: it holds no list of files ({MANIFEST})") from None
    except DAMAGED as error:
        raise ConfigError(f"{packed} is no submission, or is damaged: {error}") from None
    except OSError as error:
        raise ConfigError(f"cannot unpack {packed}: {error.strerror or error}") from None


def _unpacked(archive: zipfile.ZipFile, into: Path) -> RunFolder:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise ConfigError(f"the submission holds more than {MOST_MEMBERS:,} files")
    for member in members:
        _check_size(member)
    if archive.getinfo(MANIFEST).file_size > MOST_MANIFEST:
        raise ConfigError(f"{MANIFEST} is too large")
    manifest = Manifest.model_validate_json(archive.read(MANIFEST), strict=True)
    names = [member.filename for member in members if member.filename != MANIFEST]
    if manifest.format != FORMAT:
        raise ConfigError(f"the submission has format {manifest.format}; this version reads {FORMAT}")
    if not re.fullmatch(r"[0-9a-f]{6,64}", manifest.run_id, re.ASCII):
        raise ConfigError("the submission names no run id")
    if strange := [name for name in names if not MEMBER.fullmatch(name)]:
        raise ConfigError(f"the submission holds a file that no record has: {printable(strange[0][:80])!r}")
    if len(set(names)) != len(names) or set(names) != set(manifest.files):
        raise ConfigError("the submission does not hold exactly the files that it lists")
    if missing := sorted(NEEDED - set(names)):
        raise ConfigError(f"the submission lacks {', '.join(missing)}")
    if sum(archive.getinfo(name).file_size for name in names) > MOST_BYTES:
        raise ConfigError("the submission unpacks to too much")
    folder = into / manifest.run_id
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)  # no more than the size that was checked: zipfile stops there
        with path.open("rb") as file:
            if sha256(file) != manifest.files[name]:
                raise ConfigError(f"{name} is not the file that the submission lists")
    return RunFolder(folder)


def _check_size(member: zipfile.ZipInfo) -> None:
    if member.compress_type not in KINDS:
        raise ConfigError(f"{printable(member.filename)!r} is packed in a way that no submission is; use deflate")
    if member.file_size > SLACK + MOST_RATIO * member.compress_size:
        raise ConfigError(
            f"{printable(member.filename)!r} unpacks {member.compress_size:,} bytes to {member.file_size:,}: "
            f"no more than {MOST_RATIO} times is accepted"
        )
