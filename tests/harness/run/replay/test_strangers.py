"""`verify` of a stranger's record runs, opens, asks and resolves nothing of it, --recompute included."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import run
from harness.run.replay.verification import _splits
from tests.conftest import only_run


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    results = tmp_path_factory.mktemp("strangers") / "results"
    words = ["method=all_at_once", "method.steps=1", "env.train_size=2", "env.test_size=2", "baseline=false"]
    assert run([*words, f"results_dir={results}"]) == 0
    return only_run(results)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def planted(recorded: Path, folder: Path, path: str, value: Any) -> Path:
    """Return a copy of a record whose config says something else."""
    copy = Path(shutil.copytree(recorded, folder / recorded.name))
    record = json.loads((copy / "run.json").read_text())
    *inner, last = path.split(".")
    node = record["config"]
    for name in inner:
        node = node[name]
    node[last] = value
    (copy / "run.json").write_text(json.dumps(record))
    return copy


PLANTS: dict[str, tuple[str, Any]] = {
    "a function of an installed package": (
        "embedding",
        {"_target_": "numpy.testing._private.utils.runstring", "astr": "open('canary', 'w')", "dict": {}},
    ),
    "a module of the current folder": ("env._target_", "canary_module.World"),
    "a part within a part": ("method.select", {"_target_": "canary_module.World"}),
    "a variable of the environment": ("env.data", "${oc.env:CANARY}"),
    "a file without end": ("env.initial_module", "/dev/zero"),
    "a folder of data": ("env.data_dir", "/proc/self/root"),
    "templates": ("roles.prompts", "."),
    "a repository of the hub": ("backbone.agent", {"id": "local/x", "options": {"hf": "a/b/m.gguf"}}),
    "a file of weights": ("backbone.agent", {"id": "local/x", "options": {"gguf": "/dev/zero"}}),
}


@pytest.mark.parametrize("plant", PLANTS)
def test_nothing_of_a_record_is_acted_on(
    plant: str,
    recorded: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = planted(recorded, tmp_path / "submitted", *PLANTS[plant])
    here = tmp_path / "here"
    here.mkdir()
    (here / "canary_module.py").write_text("open('canary', 'w')\nclass World: pass\n")
    monkeypatch.chdir(here)
    monkeypatch.setenv("CANARY", "the-value-of-a-variable")
    code = run(["verify", str(copy), "--recompute"])
    said = capsys.readouterr()
    assert code in (0, 1)
    assert not (here / "canary").exists()
    assert "the-value-of-a-variable" not in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_a_recorded_endpoint_is_not_asked_and_its_variable_not_read(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listener: socket.socket
) -> None:
    monkeypatch.setenv("VICTIM_KEY", "sk-the-key-of-the-victim")
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    endpoint = {"id": "openai/x", "api_base": url, "api_key_env": "VICTIM_KEY"}
    embedding = {"_target_": "litellm", **endpoint}
    plants = [("embedding", embedding), ("backbone.agent", endpoint), ("backbone.merger", endpoint)]
    for number, (path, value) in enumerate(plants):
        copy = planted(recorded, tmp_path / str(number), path, value)
        assert run(["verify", str(copy), "--recompute"]) in (0, 1)
        assert run(["replay", str(copy)]) in (0, 1, 2)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_the_tasks_of_a_split_are_compared_in_time_linear_in_them() -> None:
    hashed = 0

    class Id(str):
        __slots__ = ()

        def __hash__(self) -> int:
            nonlocal hashed
            hashed += 1
            return super().__hash__()

    ids = [Id(number) for number in range(500)]
    assert _splits({"train": ids}, {"train": [*ids[1:], Id("new")]}) == [
        "train: 0 is no task of this split",
        "train: new is missing from the record",
    ]
    assert hashed < 5000
