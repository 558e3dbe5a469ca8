"""Which code of one's own changed since a run that is otherwise the same."""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.errors import HarnessError
from harness.llm.identity import canonical
from harness.records.folder import RunFolder
from harness.run.plan import Plan


def changed_sources(ready: Plan) -> str:
    """Return in a line which modules changed since a recorded run that differs in nothing else; "" if there is none."""
    sources = ready.identity.get("sources")
    if not sources or (ready.folder.path / "run.json").is_file():
        return ""
    for path in sorted(ready.folder.path.parent.glob("*/run.json")):
        try:
            record = RunFolder(path.parent).read_run()
        except HarnessError:
            continue
        if record is None or not isinstance(before := record.identity.get("sources"), dict):
            continue
        if _settings(record.identity) == _settings(ready.identity):
            changed = [name for name in sorted({*before, *sources}) if before.get(name) != sources.get(name)]
            return f"{', '.join(changed)} changed since run {record.run_id}: this is another run"
    return ""


def _settings(identity: Mapping[str, object]) -> bytes:
    return canonical({name: value for name, value in identity.items() if name != "sources"})
