"""LogisticsQA as an environment: find the transport reference in an invoice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from envs.logisticsqa import generate
from envs.logisticsqa.agent import answer
from envs.logisticsqa.digest import digest
from envs.logisticsqa.fitting import Policy
from envs.logisticsqa.generate.english import instruction
from envs.logisticsqa.sources import Documents, Entry, FolderDocuments, GeneratedDocuments
from harness.core.domain import Modules, Task, Trajectory
from harness.core.environment import AgentModel, Description, Split
from harness.core.errors import ConfigError

CATEGORIES = ("tr", "en", "es", "it", "other")
"""Languages; ``other`` only for documents of one's own."""

PURPOSE = (
    "The agent reads invoices (UBL, XML) that hauliers, brokers and terminals send to a freight forwarder, and answers "
    "with the forwarder's transport reference number. Which number counts and how it is written follows rules of the "
    "forwarder's, which depend on what the invoice shows. The answer must match exactly."
)

INITIAL = "Extract the transport reference number from the invoice."


class LogisticsQA:
    """Transport references in UBL invoices (Section 4.1 of the paper).

    Parameters
    ----------
    data_dir
        A folder of UBL XML files and labels.csv (file, reference); None: documents of the generator.
    data_seed
        Which documents are generated; or which of the folder's are for training.
    train_size, test_size
        How many. None: 48 and 219 where they are generated; the same shares of a folder.
    size
        Of generated documents: ``full``, or ``short`` (some ten lines, for small models; no valid UBL).
    on_bad_document
        What follows from a bad document of `data_dir`: ``refuse`` to run, or ``skip`` it with a warning.
    max_document_tokens, long_documents
        How long a document may be, and what is done with a longer one: see `envs.logisticsqa.fitting`.
    """

    def __init__(
        self,
        data_dir: str | None = None,
        data_seed: int = 0,
        *,
        train_size: int | None = None,
        test_size: int | None = None,
        size: generate.Size = "full",
        on_bad_document: Literal["refuse", "skip"] = "refuse",
        max_document_tokens: int = 100_000,
        long_documents: Policy = "strip",
    ) -> None:
        _choice("size", size, known=("full", "short"))
        _choice("on_bad_document", on_bad_document, known=("refuse", "skip"))
        _choice("long_documents", long_documents, known=("strip", "cut", "fail"))
        numbers = {"train_size": train_size, "test_size": test_size, "max_document_tokens": max_document_tokens}
        for name, number in numbers.items():
            if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 1):
                raise ConfigError(f"env.{name}={number!r} must be a positive number")
        self._max_tokens = max_document_tokens
        self._policy: Policy = long_documents
        self._seed = data_seed
        self._own = data_dir is not None
        self._documents: Documents
        if data_dir is not None:
            sizes: dict[Split, int | None] = {"train": train_size, "test": test_size}
            self._documents = FolderDocuments(
                Path(data_dir).expanduser(), data_seed, sizes=sizes, on_bad=on_bad_document
            )
        else:
            counts: dict[Split, int] = {"train": train_size or 48, "test": test_size or 219}
            self._documents = GeneratedDocuments(data_seed, counts, size=size)

    def describe(self) -> Description:
        """See `Environment.describe`."""
        return Description(
            name="logisticsqa",
            version="2",
            scorer_version="2",
            data_checksum=self._checksum,
            purpose=PURPOSE,
            categories=CATEGORIES if self._own else CATEGORIES[:-1],
            generated=not self._own,
            sensitive=self._own,
            groups=() if self._own else ("rules", "issuer"),
            measures=("lenient",),
        )

    def initial_modules(self) -> Modules:
        """See `Environment.initial_modules`."""
        return Modules.of_instruction(INITIAL)

    def reference_modules(self) -> Mapping[str, Modules]:
        """Return the rulebook of generated documents as an instruction; nothing for documents of one's own."""
        if self._own:
            return {}
        return {"rulebook": Modules.of_instruction(instruction(generate.rulebook(self._seed)))}

    def digest(self, task: Task) -> str:
        """Return a document in short: its references with path and label, its lines and its issuer."""
        return digest(self._documents.text(task.id))

    def tasks(self, split: Split) -> Sequence[Task]:
        """See `Environment.tasks`."""
        return [_task(entry) for entry in self._documents.select(split)]

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        """See `Environment.rollout`."""
        document = self._documents.text(task.id)
        facts = task.payload if isinstance(task.payload, dict) else {}
        return await answer(
            document,
            modules.instruction(),
            task=task,
            agent=agent,
            max_tokens=self._max_tokens,
            policy=self._policy,
            facts=facts,
        )

    @cached_property
    def _checksum(self) -> str:
        return self._documents.checksum()


def _task(entry: Entry) -> Task:
    return Task(
        id=entry.name,
        query="What is the transport reference number of this invoice?",
        truth=entry.reference,
        category=entry.language,
        payload=dict(entry.facts),
    )


def _choice(name: str, value: object, *, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(f"env.{name}={value}: choose one of {', '.join(known)}")
