"""The real benchmark: a snapshot of its repository on the Hugging Face hub, in a folder or from there.

Its users promise not to share it in a form that crawlers read: all of it is sensitive.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from envs.gaia.question import LEVELS, Question, drawn
from envs.gaia.web import Page
from harness.core.domain import digest
from harness.core.environment import Split
from harness.core.errors import ConfigError

REPOSITORY = "gaia-benchmark/GAIA"
_SITE = f"https://huggingface.co/datasets/{REPOSITORY}"
_METADATA = "2023/validation/metadata*.parquet"
_PLACEHOLDER = "0-0-0-0-0"
_COLUMNS = ("task_id", "Question", "Level", "Final answer", "file_name", "file_path")


class SnapshotQuestions:
    """The validation questions of a snapshot (those of the test split have no public answers)."""

    sensitive = True

    def __init__(self, folder: Path, seed: int, *, sizes: Mapping[Split, int]) -> None:
        self._folder = folder
        self._seed = seed
        self._sizes = sizes

    def select(self, split: Split) -> Sequence[Question]:
        """See `Source.select`."""
        return drawn(self._questions, self._sizes, seed=self._seed, split=split)

    def pages(self) -> Sequence[Page]:
        """See `Source.pages`. None of the web is kept: search finds nothing."""
        return ()

    def checksum(self) -> str:
        """See `Source.checksum`. Attachments count by name and size."""
        rows = [
            [q.id, q.level, q.text, q.answer, None if q.file is None else [q.file.name, q.file.stat().st_size]]
            for q in self._questions
        ]
        return digest(["snapshot", self._seed, dict(self._sizes), rows])

    @cached_property
    def _questions(self) -> list[Question]:
        files = sorted(self._folder.glob(_METADATA))
        if not files:
            raise ConfigError(
                f"{self._folder} has no {_METADATA}: name a snapshot of {REPOSITORY} as env.data_dir "
                f"(huggingface-cli download {REPOSITORY} --repo-type dataset --local-dir DIR)"
            )
        found = {row["task_id"]: row for file in files for row in _rows(file)}
        found.pop(_PLACEHOLDER, None)
        return [self._question(found[name]) for name in sorted(found)]

    def _question(self, row: Mapping[str, Any]) -> Question:
        name, level = str(row["task_id"]), str(row["Level"])
        if level not in map(str, LEVELS):
            raise ConfigError(f"{self._folder}: task {name} has level {level!r}, not 1, 2 or 3")
        file = None
        if row["file_name"]:
            file = self._folder / str(row["file_path"] or f"2023/validation/{row['file_name']}")
            if ".." in file.relative_to(self._folder).parts or not file.is_file():
                raise ConfigError(
                    f"{self._folder}: the attachment {row['file_name']} of task {name} is missing; download the "
                    f"snapshot again (huggingface-cli download {REPOSITORY} --repo-type dataset --local-dir DIR)"
                )
        return Question(name, int(level), str(row["Question"]), str(row["Final answer"]), file)


def downloaded(*, only_if_here: bool = False) -> Path | None:
    """Return the folder of a snapshot from the hub, or from its cache.

    Parameters
    ----------
    only_if_here
        Nothing is downloaded; None where the cache has no snapshot.

    Raises
    ------
    ConfigError
        If it cannot be had, with what to do.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        LocalTokenNotFoundError,
        RepositoryNotFoundError,
    )

    token = os.environ.get("HF_TOKEN") or None
    if token is None and not only_if_here:
        token = _stored_token()
    try:
        folder = snapshot_download(
            REPOSITORY,
            repo_type="dataset",
            allow_patterns=["2023/validation/*"],
            token=token,
            local_files_only=only_if_here,
        )
    except GatedRepoError:
        raise ConfigError(
            f"this account has no access to {REPOSITORY}: ask for it at {_SITE} and start again"
        ) from None
    except (RepositoryNotFoundError, LocalTokenNotFoundError):
        raise ConfigError(f"{REPOSITORY} is gated, and the token in HF_TOKEN is not valid: set a new one") from None
    except LocalEntryNotFoundError:
        if only_if_here:
            return None
        raise ConfigError(f"the hub cannot be reached for {REPOSITORY}; name a snapshot as env.data_dir") from None
    except (HfHubHTTPError, OSError) as error:
        raise ConfigError(f"{REPOSITORY} cannot be downloaded: {str(error).strip().splitlines()[0]}") from None
    return Path(folder)


def _stored_token() -> str:
    from huggingface_hub import get_token

    token = get_token()
    if token is None:
        raise ConfigError(
            f"{REPOSITORY} is gated: ask for access at {_SITE} and set HF_TOKEN to a token of yours, or name a "
            "snapshot as env.data_dir"
        )
    return token


def _rows(file: Path) -> list[dict[str, Any]]:
    import pandas

    try:
        table = pandas.read_parquet(file)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file} cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        raise ConfigError(f"{file} lacks the columns {', '.join(missing)}: it is no snapshot of {REPOSITORY}")
    chosen = table[list(_COLUMNS)]
    rows: list[dict[str, Any]] = chosen.astype(object).where(chosen.notna(), None).to_dict("records")  # type: ignore[assignment]
    return rows
