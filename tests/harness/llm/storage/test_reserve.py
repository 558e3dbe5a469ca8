"""Space that is held while a journal is open: it has no name, so that no way to end leaves it behind."""

from __future__ import annotations

import os
from pathlib import Path

from harness.llm.storage.reserve import SIZE, Reserve


def held(folder: Path) -> list[int]:
    """Return the sizes of this process's open files that had a name in a folder and have none any more."""
    sizes = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            name = os.readlink(entry)  # noqa: PTH115
            sizes += [os.stat(entry).st_size] if name.startswith(f"{folder}/") and name.endswith("(deleted)") else []  # noqa: PTH116
        except OSError:  # the descriptor of this listing
            continue
    return sizes


def test_the_space_is_held_without_a_name_and_given_back_once(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / ".reserve")
    reserve.hold()
    assert not list(tmp_path.iterdir())
    assert held(tmp_path) == [SIZE]
    assert reserve.release()
    assert reserve.released
    assert held(tmp_path) == []
    assert not reserve.release()
    assert not reserve.drop()


def test_a_link_in_its_place_is_not_written_through(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("kept")
    (tmp_path / ".reserve").symlink_to(other)
    reserve = Reserve(tmp_path / ".reserve")
    reserve.hold()
    assert other.read_text() == "kept"
    assert reserve.drop()
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
