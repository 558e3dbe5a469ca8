"""Records of a journal that may come from a stranger: read whole and of the right form, or not at all."""

from __future__ import annotations

from harness.llm.storage.records import Record, from_line, is_sound


def read_record(data: bytes) -> Record | None:
    """Return the record that a line of the journal holds, or None if it holds none."""
    try:
        record = from_line(data)
        sound = all(isinstance(text, str) for text in (record.key, record.role, record.purpose))
        sound = sound and (isinstance(record.about, dict) if record.kind == "effect" else is_sound(record))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return record if sound else None
