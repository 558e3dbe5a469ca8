"""Writing generated documents into a folder that `env.data_dir` takes: XML files and labels.csv, all or nothing."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from envs.logisticsqa import generate
from envs.logisticsqa.labels import COLUMNS, LABELS
from harness.core.errors import ConfigError


def plans(seed: int, count: int) -> Iterator[generate.Plan]:
    """Yield the plans of `count` documents: the training cycle, then test documents."""
    train = generate.CYCLE["train"]
    for number in range(count):
        split, index = ("train", number) if number < train else ("test", number - train)
        yield generate.plan(seed, split, index=index)


def export(out: Path, seed: int, *, count: int) -> None:
    """Write a folder; it appears whole or not at all.

    Raises
    ------
    ConfigError
        If it exists already and is not empty, or cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"--export {out}: it exists already and is not an empty folder")
    part = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        with (part / LABELS).open("w", encoding="utf-8", newline="") as file:
            labels = csv.writer(file, lineterminator="\n")
            labels.writerow(COLUMNS)
            for plan in plans(seed, count):
                name = f"{plan.split}-{plan.index:05d}.xml"
                (part / name).write_text(generate.write(plan), encoding="utf-8", newline="\n")
                labels.writerow([name, plan.reference])
        part.chmod(0o755)
        part.replace(out)
    except OSError as error:
        raise ConfigError(f"--export {out}: {error.strerror}") from None
    finally:
        if part is not None and part.exists():
            shutil.rmtree(part, ignore_errors=True)
