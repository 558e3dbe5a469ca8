"""Generated questions as a source: attachments are written when a split is asked for."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from envs.gaia.generate import GeneratedTask, World, generate_tasks
from envs.gaia.generate.tasks import VERSION
from envs.gaia.question import Question
from envs.gaia.web import Page
from harness.core.domain import digest
from harness.core.environment import Split

_WRITERS = ("lxml", "openpyxl", "pillow", "python-docx", "python-pptx", "reportlab")
"""Libraries whose versions show in the files."""


class GeneratedQuestions:
    """Questions of a seed; see `envs.gaia.generate`."""

    sensitive = False

    def __init__(self, seed: int, sizes: Mapping[Split, int]) -> None:
        self._seed = seed
        self._sizes = sizes
        self._world = World(seed)
        self._folder: Path | None = None

    def select(self, split: Split) -> Sequence[Question]:
        """See `Source.select`."""
        return [
            self._question(task)
            for task in generate_tasks(self._seed, self._sizes[split], world=self._world, split=split)
        ]

    def pages(self) -> Sequence[Page]:
        """See `Source.pages`."""
        return self._world.pages()

    def checksum(self) -> str:
        """See `Source.checksum`. The content follows from what is digested."""
        return digest(["generated", VERSION, self._seed, dict(self._sizes), {name: version(name) for name in _WRITERS}])

    def _question(self, task: GeneratedTask) -> Question:
        file = None
        if task.file_name:
            file = self._attachments() / task.file_name
            file.write_bytes(task.content)
        return Question(
            task.id, task.level, text=task.question, answer=task.answer, file=file, abilities=task.abilities
        )

    def _attachments(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="gaia-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder
