"""A run is held by one process: nothing takes it away from that one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import HarnessError
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
