"""``rules.json``: which rules modules followed on the way to the final ones, and which a merge lost."""

from __future__ import annotations

from harness.records.bounds import Count, Digest, Name, Share
from harness.records.schema.result import Score
from harness.records.schema.strict import SCHEMA_VERSION, Strict


class Measured(Strict):
    """How modules of the lineage did by rule.

    Attributes
    ----------
    place
        The scope in which they were made, such as ``subset-1``, or the id of the merge that made them.
    scores
        By rule, over the tasks that need it.
    """

    place: Name
    modules: Digest
    scores: dict[Name, Score]


class Lost(Strict):
    """A rule that modules followed and that what a merge made of them does not follow, on the same tasks.

    Attributes
    ----------
    place, parent
        The merge, and where the modules that followed the rule were made.
    before, after
        Mean scores on the `n` tasks that need the rule and on which both were measured.
    """

    place: Name
    parent: Name
    rule: Name
    before: Share
    after: Share
    n: Count


class RuleTable(Strict):
    """One note of a run: who followed which rules on the way to the final modules."""

    note: Name
    measured: list[Measured]
    lost: list[Lost]

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules, in alphabetical order."""
        return tuple(sorted({rule for one in self.measured for rule in one.scores}))


class RulesFile(Strict):
    """``rules.json``, of runs that merged and whose environment notes rules; other runs have none."""

    schema_version: int = SCHEMA_VERSION
    tables: list[RuleTable]
