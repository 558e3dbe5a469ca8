"""The real data: a snapshot of the hub's layout, and one clear line for whatever is wrong with it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pandas
import pytest

from envs.gaia import snapshot
from envs.gaia.environment import GAIA
from harness.core.errors import ConfigError
from harness.testing import check_environment


def write_snapshot(folder: Path, count: int = 20, **changes: Any) -> Path:
    """Write a snapshot of made-up tasks, every second one with an attachment."""
    home = folder / "2023" / "validation"
    home.mkdir(parents=True)
    rows = []
    for n in range(count):
        name = f"file-{n}.txt" if n % 2 else ""
        if name:
            (home / name).write_text(f"content {n}")
        rows.append(
            {
                "task_id": f"task-{n:03d}",
                "Question": f"Question number {n}?",
                "Level": str(n % 3 + 1),
                "Final answer": f"truth {n}",
                "file_name": name,
                "file_path": f"2023/validation/{name}" if name else "",
                "Annotator Metadata": {"Steps": "a secret"},
            }
            | changes
        )
    rows.append({**rows[0], "task_id": "0-0-0-0-0", "Question": "?", "Final answer": "?"})
    pandas.DataFrame(rows).to_parquet(home / "metadata.parquet")
    pandas.DataFrame(rows[::3]).to_parquet(home / "metadata.level1.parquet")
    return folder


def environment(folder: Path, train: int = 6, test: int = 9) -> GAIA:
    return GAIA(data="real", data_dir=str(folder), train_size=train, test_size=test)


def test_a_snapshot_is_read_and_is_sensitive(tmp_path: Path) -> None:
    gaia = environment(write_snapshot(tmp_path))
    description = gaia.describe()
    assert description.sensitive
    assert not description.generated
    train, test = gaia.tasks("train"), gaia.tasks("test")
    assert (len(train), len(test)) == (6, 9)
    assert not {task.id for task in train} & {task.id for task in test}
    assert Counter(task.category for task in test) == {"Level 1": 3, "Level 2": 3, "Level 3": 3}
    assert not any("secret" in task.query or "0-0-0" in task.id for task in (*train, *test))
    for task in train:
        assert (task.payload is not None) == ("Attached file: file-" in task.query)
    check_environment(gaia)


def test_the_test_tasks_do_not_depend_on_the_training_size_and_data_count(tmp_path: Path) -> None:
    folder = write_snapshot(tmp_path)
    assert [t.id for t in environment(folder).tasks("test")] == [t.id for t in environment(folder, 2).tasks("test")]
    before = environment(folder).describe().data_checksum
    (folder / "2023/validation/file-1.txt").write_text("another content")
    assert environment(folder).describe().data_checksum != before


def one_line(excinfo: pytest.ExceptionInfo[ConfigError]) -> str:
    message = str(excinfo.value)
    assert "\n" not in message
    return message


def test_a_missing_attachment_is_one_line(tmp_path: Path) -> None:
    folder = write_snapshot(tmp_path)
    (folder / "2023/validation/file-3.txt").unlink()
    with pytest.raises(ConfigError) as caught:
        environment(folder).tasks("train")
    assert "file-3.txt of task task-003 is missing" in one_line(caught)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"file_name": "x", "file_path": "../../etc/passwd"}, "is missing"),
        ({"Level": "9"}, "has level '9'"),
    ],
)
def test_what_is_wrong_in_a_row_is_one_line(tmp_path: Path, changes: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        environment(write_snapshot(tmp_path, **changes)).describe()
    assert says in one_line(caught)


def test_what_is_no_snapshot_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        environment(tmp_path / "none")
    assert "is not a folder" in one_line(caught)
    with pytest.raises(ConfigError) as caught:
        environment(tmp_path).describe()
    assert "has no 2023/validation/metadata" in one_line(caught)
    home = tmp_path / "2023" / "validation"
    home.mkdir(parents=True)
    (home / "metadata.parquet").write_bytes(b"no parquet")
    with pytest.raises(ConfigError) as caught:
        environment(tmp_path).describe()
    assert "cannot be read as Parquet" in one_line(caught)
    pandas.DataFrame({"task_id": ["a"]}).to_parquet(home / "metadata.parquet")
    with pytest.raises(ConfigError) as caught:
        environment(tmp_path).describe()
    assert "lacks the columns" in one_line(caught)


def test_too_many_tasks_asked_for_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        environment(write_snapshot(tmp_path), 36, 60).tasks("train")
    assert "there are 20 tasks, fewer than" in one_line(caught)


def test_a_missing_token_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    with pytest.raises(ConfigError) as caught:
        GAIA(data="real")
    assert "set HF_TOKEN" in one_line(caught)
    assert "ask for access at https://" in one_line(caught)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("GatedRepoError", "has no access to gaia-benchmark/GAIA: ask for it at"),
        ("RepositoryNotFoundError", "not valid: set a new one"),
        ("LocalEntryNotFoundError", "the hub cannot be reached"),
    ],
)
def test_ungranted_access_and_the_like_are_one_line(monkeypatch: pytest.MonkeyPatch, error: str, says: str) -> None:
    import huggingface_hub
    from huggingface_hub import errors

    kind = getattr(errors, error)

    def refuse(*_: Any, **__: Any) -> str:
        raise kind.__new__(kind)

    monkeypatch.setenv("HF_TOKEN", "a token")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    with pytest.raises(ConfigError) as caught:
        snapshot.downloaded()
    assert says in one_line(caught)


def test_settings_that_do_not_fit_are_one_line() -> None:
    for settings in (
        {"data": "other"},
        {"sandbox": "none"},
        {"max_steps": 0},
        {"call_seconds": -1},
        {"data": "generated", "data_dir": "x"},
    ):
        with pytest.raises(ConfigError) as caught:
            GAIA(**settings)  # type: ignore[arg-type]
        assert "env." in one_line(caught)
