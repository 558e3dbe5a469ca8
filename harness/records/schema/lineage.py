"""``lineage.json``: how the modules of a run came about."""

from __future__ import annotations

from harness.records.bounds import Digest, Name, Plain
from harness.records.schema.result import Score
from harness.records.schema.strict import SCHEMA_VERSION, Strict


class LineageEvent(Strict):
    """One event of `lineage.json`, in the method's own order: a step, a merge, a measurement, a note.

    Attributes
    ----------
    id
        Its place: scope numbers and the number within the scope, such as ``0.2.3``.
    kind
        ``initial``, ``explore``, ``optimize``, ``merge``, ``backtest``, ``validate``, or what the method noted.
    modules
        Digest of the modules that it made or measured.
    parents
        Digests of the modules that it was made from.
    performance
        What was measured, if anything.
    facts
        Whatever else a reader should know (cuts, clusters, answers that could not be read).
    leaks
        Training tasks whose id or truth stands verbatim in the new modules.
    """

    id: Name
    scope: Name
    kind: Name
    modules: Digest | None = None
    parents: list[Digest] = []
    performance: Score | None = None
    facts: Plain = {}
    leaks: list[Name] = []


class Lineage(Strict):
    """`lineage.json`: how the agent's modules came about. `final` is the digest of the modules that were tested."""

    schema_version: int = SCHEMA_VERSION
    final: Digest
    events: list[LineageEvent]
