"""A disk that fills up at any moment: nothing that was answered is lost, and no file is left half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.core.errors import IncompleteRun
from harness.core.messages import Answer, Call
from harness.llm.backbone import ModelSpec
from harness.llm.providers.routing import Providers
from harness.llm.storage.records import Record
from harness.llm.storage.reserve import SIZE
from harness.llm.storage.store import AnswerStore
from harness.run.execute import execute
from harness.run.progress.events import Silence
from tests.commands import Commands
from tests.conftest import SMALL, Run, only_run
from tests.harness.run.composed import planned, ran

WRITTEN = ("test.jsonl", "train.jsonl", "lineage.json", "module.txt")


@dataclass(frozen=True)
class Disk:
    """A file system of its own, of any size."""

    path: Path

    def resize(self, size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", self.path], check=True)

    @property
    def used(self) -> int:
        state = os.statvfs(self.path)
        return (state.f_blocks - state.f_bfree) * state.f_frsize

    def fill(self) -> None:
        with (self.path / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"x" * 4096)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    path = tmp_path / "disk"
    path.mkdir()
    mount = shutil.which("mount")
    words = ["-t", "tmpfs", "-o", f"size={2**26}", "tmpfs", str(path)]
    mounted = mount and subprocess.run([mount, *words], check=False, capture_output=True)
    if not mounted or mounted.returncode:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


class Counting(Providers):
    """Counts the answers that models gave, over all processes of a run."""

    answered = 0

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        answer = await super().complete(spec, call)
        type(self).answered += 1
        return answer


def test_a_run_on_a_disk_that_grows_bit_by_bit_pays_no_call_twice_and_ends_in_the_same_record(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.llm.storage.journal_index.SPILL", 50)  # so that the index is on the disk as well
    monkeypatch.setattr("harness.run.outside.Providers", Counting)
    monkeypatch.setattr(Counting, "answered", 0)
    whole = ran(tmp_path / "whole", "method=batch_wise")
    once, Counting.answered = Counting.answered, 0
    said: list[str] = []
    while True:
        disk.resize(disk.used + SIZE + 2**15 + 2**19 * len(said))
        ready = planned(disk.path / "results", "method=batch_wise")
        try:
            result = execute(ready, Silence())
        except IncompleteRun as error:
            said.append(str(error))
        else:
            break
        assert not ready.folder.result.exists()
        record = ready.folder.read_run()
        assert record is None or record.status in ("incomplete", "running")
        assert not ready.folder.at_work()
    assert len(said) >= 2, "it filled up at several moments"
    assert all("the disk is full" in line for line in said)
    assert Counting.answered == once, "what was answered was kept"
    assert result.model_dump(exclude={"seconds"}) == whole.model_dump(exclude={"seconds"})
    folder, other = ready.folder.path, only_run(tmp_path / "whole")
    for name in WRITTEN:
        assert (folder / name).read_bytes() == (other / name).read_bytes(), name
    assert not list(folder.rglob("*.part")), "nothing half-written is left"
    assert not list(folder.rglob("*.reserve"))


def test_the_command_says_it_in_a_line_and_resumes_with_space(
    disk: Disk, harness: Run, environ: dict[str, str], tmp_path: Path
) -> None:
    disk.resize(SIZE + 2**18)
    words = (*SMALL, f"results_dir={disk.path}/results")
    stopped = harness(*words)
    assert stopped.code == 1
    assert "Traceback" not in stopped.err
    last = stopped.err.strip().splitlines()[-1]
    assert last.startswith("incomplete: the disk is full")
    assert "go on with" in last or "resume" in last
    assert "incomplete" in harness("runs", "--results", f"{disk.path}/results").out
    disk.resize(2**26)
    assert harness(*words).code == 0


@pytest.mark.parametrize(
    ("words", "suffix"),
    [
        (("site",), "site"),
        (("export",), "tables"),
        (("journal", "export", "{run}", "--out"), "journal.txt"),
        (("submit", "{run}", "--out"), "run.zip"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_is_made_of_records_is_whole_or_absent(
    disk: Disk, command: Commands, tmp_path: Path, words: tuple[str, ...], suffix: str
) -> None:
    if words == ("export",):
        pytest.importorskip("pyarrow")
    ran(tmp_path / "results", "method=batch_wise")
    folder = only_run(tmp_path / "results")
    out = disk.path / suffix
    typed = [word.format(run=folder) for word in words]
    made = command(*typed, str(out))
    assert made.code == 0, made.err
    before = contents(disk.path)
    if words[0] == "submit":  # never overwrites a file
        out.unlink()
        before = {}
    disk.fill()
    full = command(*typed, str(out))
    assert full.code == 1, full.err
    assert "the disk is full" in full.err.strip().splitlines()[-1]
    (disk.path / "filler").unlink()
    assert contents(disk.path) == before


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_shared_answers_on_a_full_disk_stay_readable_and_take_more_once_there_is_space(disk: Disk) -> None:
    store = AnswerStore(disk.path / "answers.sqlite")
    kept, more = (f"{number:064x}" for number in (1, 2))
    result = {
        "text": os.urandom(2**18).hex(),
        "finish": "stop",
        "tool_calls": [],
        "snapshot": "",
        "usage": {"calls": 1},
    }
    await store.put(Record(kept, "answer", role="agent", purpose="explore", about={}, result=result))
    disk.resize(disk.used + 2**14)
    disk.fill()
    with pytest.raises(IncompleteRun, match="the disk is full"):
        await store.put(Record(more, "answer", role="agent", purpose="explore", about={}, result=result))
    async with store.claim(kept) as found:
        assert found is not None
    (disk.path / "filler").unlink()
    disk.resize(2**26)
    await store.put(Record(more, "answer", role="agent", purpose="explore", about={}, result=result))
    async with store.claim(more) as found:
        assert found is not None
    await store.close()
