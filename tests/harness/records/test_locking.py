"""The lock of a run, and file systems on which it would not hold between machines."""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path

import pytest

from harness.core.errors import AtWork, ConfigError
from harness.records import locking
from harness.records.locking import holding, is_held, only_here, refuse_local_locks
from harness.records.mounts import FileSystem, file_system

TABLE = r"""
22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
31 22 0:27 / /home rw,relatime - nfs server:/home rw,vers=3,nolock,addr=10.0.0.1
32 22 0:28 / /data rw,relatime - nfs4 server:/data rw,vers=4.2,local_lock=none
33 32 0:29 / /data/old\040one rw - lustre a@tcp:/old rw,localflock
34 22 0:30 / /mnt rw - fuse.sshfs me@far:/ rw
35 22 0:31 / /mnt rw - nfs4 server:/mnt rw,local_lock=none
torn line
""".strip()


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("/var/results", ""),
        ("/home/me/results", "nfs, nolock"),
        ("/homes/results", ""),
        ("/data/results", ""),
        ("/data/old one/results", "lustre, localflock"),
        ("/mnt/results", ""),
    ],
)
def test_options_that_keep_locks_on_one_machine_are_found_by_the_mount_of_a_folder(folder: str, reason: str) -> None:
    assert only_here(file_system(TABLE, Path(folder))) == reason


def test_object_stores_pass_no_lock_on() -> None:
    assert only_here(FileSystem("fuse.s3fs")) == "fuse.s3fs"


def test_answers_are_shared_on_file_systems_of_one_machine_only() -> None:
    assert file_system(TABLE, Path("/data/x")).of_many_machines
    assert not file_system(TABLE, Path("/tmp/x")).of_many_machines


def test_a_folder_whose_locks_are_local_is_refused_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "mounts", lambda: "22 1 0:1 / / rw - nfs a:/ rw,local_lock=all")
    with pytest.raises(ConfigError, match=r"one machine only \(nfs, local_lock=all\)"):
        refuse_local_locks(tmp_path)
    monkeypatch.setattr(locking, "mounts", lambda: "")
    refuse_local_locks(tmp_path)


def test_one_process_holds_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    assert not is_held(lock)
    with holding(lock):
        assert is_held(lock)
        with pytest.raises(AtWork, match="another process is at work on this run"), holding(lock):
            pass
    assert not is_held(lock)


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refusing(*_: object) -> None:
        raise OSError(code, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refusing)
    with pytest.raises(ConfigError, match="No locks available; results need a file system with locks"):
        holding(tmp_path / ".lock").__enter__()
