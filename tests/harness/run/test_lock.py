"""A run is held by one process: nothing takes it away from that one."""

from __future__ import annotations

import asyncio
import multiprocessing
from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.llm.storage.journal import Journal
from harness.run.execute import execute
from harness.run.progress.events import Silence
from tests.harness.run.composed import planned


@pytest.mark.parametrize("fresh", ["true", "false"])
def test_a_run_at_work_is_not_started_again(tmp_path: Path, fresh: str) -> None:
    ready = planned(tmp_path, "method=vanilla")
    ready.folder.create()
    with ready.folder.lock(), pytest.raises(HarnessError, match="another process is at work on this run"):
        execute(planned(tmp_path, "method=vanilla", f"fresh={fresh}"), Silence())
    assert ready.folder.path.exists()
    assert not (tmp_path / "superseded").exists()


def test_a_folder_that_was_put_aside_while_its_lock_was_opened_is_not_held(tmp_path: Path) -> None:
    ready = planned(tmp_path, "method=vanilla")
    ready.folder.create()
    lock = ready.folder.path / ".lock"
    other = (tmp_path / "other").open("w")
    with other, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: other)  # the file that stood there when it was opened
        with pytest.raises(HarnessError, match="another process"), ready.folder.lock():
            pass
    assert lock.exists()


def test_fresh_puts_the_earlier_record_aside(tmp_path: Path) -> None:
    execute(planned(tmp_path, "method=vanilla"), Silence())
    execute(planned(tmp_path, "method=vanilla", "fresh=true"), Silence())
    assert len(list((tmp_path / "superseded").iterdir())) == 1


def test_a_forked_worker_does_not_hold_the_run(tmp_path: Path) -> None:
    ready = planned(tmp_path, "method=vanilla")
    ready.folder.create()
    begun, ended = multiprocessing.get_context("fork").Pipe(), multiprocessing.get_context("fork").Pipe()

    def work() -> None:
        begun[1].send(None)
        ended[0].recv()

    with ready.folder.lock():
        journal = Journal.open(ready.folder.journal)
        worker = multiprocessing.get_context("fork").Process(target=work)
        worker.start()
        begun[0].recv()
        asyncio.run(journal.close())
    try:
        with ready.folder.lock():
            again = Journal.open(ready.folder.journal)
            asyncio.run(again.close())
        open_in_worker = {link.readlink() for link in Path(f"/proc/{worker.pid}/fd").iterdir()}
        assert not [path for path in open_in_worker if path.is_relative_to(tmp_path)]
    finally:
        ended[1].send(None)
        worker.join()
    assert worker.exitcode == 0
