"""A run at work, for the page that shows it: curves by subset and purpose, and what was spent."""

from __future__ import annotations

from harness.records.schema import RunRecord
from harness.reports.site.scripts import Payload, slug
from harness.reports.watching import Watch


def live_payload(record: RunRecord, watch: Watch, *, state: str) -> Payload:
    """Return what the page of runs at work reads of one run; nothing in it is a text of a task."""
    return {
        "id": record.run_id,
        "slug": slug(record.run_id),
        "env": record.env,
        "method": record.method,
        "backbone": record.backbone,
        "seed": record.seed,
        "state": state,
        "strands": [
            {
                "scope": strand.scope,
                "what": strand.what,
                "means": [round(point.mean, 6) for point in strand.points],
                "last": len(strand.points[-1].scores),
            }
            for strand in watch.strands()
        ],
        "spent": [
            [phase, role, usage.calls, usage.prompt, usage.completion, usage.usd]
            for (phase, role), usage in sorted(watch.spent.items())
        ],
    }
