"""Small files, one of each kind, on which proposed tools are tried and compared."""

from __future__ import annotations

from pathlib import Path

from envs.gaia.generate import files
from envs.gaia.generate.files import Sheet

_SHEET = Sheet(
    "Sample",
    ("name", "kind", "amount"),
    (("Ann", "apples", 3), ("Bob", "pears", 5), ("Ann", "pears", 7), ("Cid", "apples", 11)),
)


def write_samples(folder: Path) -> tuple[Path, ...]:
    """Write the files into a new folder."""
    contents = {kind: write(_SHEET) for kind, write in files.WRITERS.items()}
    contents["txt"] = b"Ann has 3 apples.\nBob has 5 pears.\n"
    contents["png"] = files.as_png([["red", "blue"], ["red", "green"]])
    contents["zip"] = files.as_zip({f"sample.{kind}": content for kind, content in contents.items()})
    folder.mkdir(parents=True)
    paths = []
    for kind, content in contents.items():
        path = folder / f"sample.{kind}"
        path.write_bytes(content)
        paths.append(path)
    return tuple(paths)
