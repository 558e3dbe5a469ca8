"""Small files of each kind, on which proposed tools are tried and compared. None of them belongs to a task."""

from __future__ import annotations

from pathlib import Path
from random import Random

from envs.gaia.generate import files
from envs.gaia.generate.files import Sheet
from envs.gaia.generate.parts import LACKING
from envs.gaia.generate.world import World

_SEED = -1

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
    named = {f"sample.{kind}": content for kind, content in contents.items()}
    world = World(_SEED, places=40)
    for ability, make in LACKING.items():
        part = make(Random(f"gaia sample {ability}"), world)
        named[f"{ability}.{part.suffix}"] = part.content
    folder.mkdir(parents=True)
    paths = [folder / name for name in named]
    for path, content in zip(paths, named.values(), strict=True):
        path.write_bytes(content)
    return tuple(paths)
