"""Where documents come from: a folder of one's own, or the generator."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Literal, Protocol

from envs.logisticsqa import generate
from envs.logisticsqa.documents import BadDocumentError, read_invoice
from envs.logisticsqa.folder import Folder, examine
from harness.core.domain import Note, digest
from harness.core.environment import Split
from harness.core.errors import ConfigError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document without its text.

    Attributes
    ----------
    facts
        What tables may group by (generated documents: the rules that they need, whether training has their issuer).
    """

    name: str
    reference: str
    language: str
    facts: Mapping[str, Note]


class Documents(Protocol):
    """Documents by name; their texts are made or read when they are asked for."""

    def select(self, split: Split) -> Sequence[Entry]:
        """Return the documents of a split."""
        ...

    def text(self, name: str) -> str:
        """Return the text of a document."""
        ...

    def checksum(self) -> str:
        """Return a digest of what the documents of both splits hold."""
        ...


class GeneratedDocuments:
    """Documents made from a seed, each on its own; a name is ``<split>-<index>``."""

    def __init__(self, seed: int, sizes: Mapping[Split, int], *, size: generate.Size) -> None:
        self._seed = seed
        self._sizes = sizes
        self._size: generate.Size = size
        self.text = lru_cache(maxsize=512)(self._text)

    def select(self, split: Split) -> Sequence[Entry]:
        """See `Documents.select`."""
        return [entry(generate.plan(self._seed, split, index=index)) for index in range(self._sizes[split])]

    def _text(self, name: str) -> str:
        split, _, index = name.partition("-")
        return generate.show(generate.plan(self._seed, split, index=int(index)), self._size)

    def checksum(self) -> str:
        """See `Documents.checksum`. The content follows from what is digested."""
        return digest(["generated", *generate.provenance(), self._size, self._seed, dict(self._sizes)])


def entry(plan: generate.Plan) -> Entry:
    """Return the entry of a generated document."""
    irreducible = plan.situation.irreducible
    rules = [rule.name for rule in plan.rules] or ["undecidable" if irreducible else "none"]
    facts: dict[str, Note] = {
        "rules": rules,
        "issuer": "unseen" if plan.issuer.new else "seen",
        "irreducible": int(irreducible),
    }
    return Entry(f"{plan.split}-{plan.index:05d}", plan.reference, plan.issuer.language, facts)


class FolderDocuments:
    """Documents in files; which of them are for training is drawn by a seed.

    Parameters
    ----------
    on_bad
        ``refuse``: a bad document stops the run. ``skip``: it is left out, and a warning names it.
    """

    def __init__(
        self, folder: Path, seed: int, *, sizes: Mapping[Split, int | None], on_bad: Literal["refuse", "skip"]
    ) -> None:
        self._path = folder
        self._seed = seed
        self._sizes = sizes
        self._on_bad = on_bad
        self._folder: Folder | None = None

    def select(self, split: Split) -> Sequence[Entry]:
        """See `Documents.select`."""
        found = self._read().good
        train, test = self._sizes["train"], self._sizes["test"]
        train = len(found) * 48 // 267 if train is None else train
        test = len(found) - train if test is None else test
        if train + test > len(found) or not train or test < 1:
            raise ConfigError(
                f"{self._path} has {len(found)} good documents, fewer than env.train_size={train} and "
                f"env.test_size={test} take together"
            )
        names = sorted(found)
        Random(f"split/{self._seed}").shuffle(names)
        chosen = names[:train] if split == "train" else names[train : train + test]
        return [Entry(name, found[name].reference, found[name].language, {}) for name in chosen]

    def text(self, name: str) -> str:
        """See `Documents.text`."""
        path = self._read().good[name].path
        try:
            invoice = read_invoice(path)
            same = hashlib.sha256(path.read_bytes()).hexdigest() == self._read().good[name].digest
        except (BadDocumentError, OSError) as error:
            raise ConfigError(f"{path} {error}; it was fine when the run began") from None
        if not same:
            raise ConfigError(f"{path} has changed since the run began")
        return invoice.text

    def checksum(self) -> str:
        """See `Documents.checksum`."""
        good = self._read().good
        return digest(
            ["folder", self._seed, dict(self._sizes), [[n, good[n].digest, good[n].reference] for n in sorted(good)]]
        )

    def _read(self) -> Folder:
        if self._folder is None:
            folder = examine(self._path)
            if folder.bad and self._on_bad == "refuse":
                more = f" ({len(folder.bad) - 1} more like it)" if len(folder.bad) > 1 else ""
                raise ConfigError(
                    f"{folder.bad[0]}{more}; `harness data logisticsqa --check {self._path}` lists all, "
                    f"env.on_bad_document=skip leaves them out"
                )
            for problem in folder.bad:
                logger.warning("skipped: %s", problem)
            if folder.bad:
                logger.warning("%d skipped, %d documents are left", len(folder.bad), len(folder.good))
            self._folder = folder
        return self._folder
