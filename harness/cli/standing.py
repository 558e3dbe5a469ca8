"""How a run stands by its record, in every command that says so."""

from __future__ import annotations

from harness.records.folder import RunFolder
from harness.records.schema import ResultRecord, RunRecord, Status

AT_WORK = "a process is at work on it"


def standing(folder: RunFolder, record: RunRecord, result: ResultRecord | None) -> tuple[Status, str]:
    """Return the status of a run and why it is so, on one line; empty where there is nothing to say.

    A record that says ``running`` while no process holds the run is that of a process that was killed.

    Parameters
    ----------
    record, result
        What the folder holds.
    """
    if folder.at_work():
        return "running", AT_WORK
    if result is not None:
        return "finished", ""
    if record.status == "running":
        return "incomplete", "its process was killed"
    return record.status, " ".join(record.sessions[-1].message.split()) if record.sessions else ""
