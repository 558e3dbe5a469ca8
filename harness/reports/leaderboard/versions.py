"""The versions behind a score: of the environment (its generator), its scorer and the prompt templates.

Scores of two versions say nothing about each other, so that they never stand in one ranking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.core.domain import digest
from harness.records.reading.run import Run


@dataclass(frozen=True, slots=True, order=True)
class Versions:
    """Versions of a run.

    Attributes
    ----------
    prompts
        Version and digest of the templates of evaluator, optimizer and merger, such as ``2-1f8a...``; a record that
        states no version has the digest alone, one without templates "".
    """

    environment: str
    scorer: str
    prompts: str

    def __str__(self) -> str:
        prompts = f", prompts {self.prompts[:10]}" if self.prompts else ""
        return f"environment {self.environment}, scorer {self.scorer}{prompts}"


def versions_of(run: Run) -> Versions:
    """Return the versions of a run."""
    described = run.record.environment
    roles = run.record.identity.get("roles")
    templates = roles.get("prompts") if isinstance(roles, Mapping) else None
    # Only some runs summarize their evidence: that template is a setting of theirs.
    named = templates if isinstance(templates, Mapping) else {}
    used = {name: value for name, value in named.items() if ".summary." not in name}
    version = roles.get("prompts_version") if isinstance(roles, Mapping) else None
    stated = f"{version}-" if isinstance(version, str) else ""
    return Versions(described.version, described.scorer_version, f"{stated}{digest(used)}" if used else "")
