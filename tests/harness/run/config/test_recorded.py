"""A recorded config is data: nothing of it is imported, resolved, opened or asked before it is allowed to be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import ConfigError
from harness.run.config.build import build_environment, build_method, build_models
from harness.run.config.composition import compose
from harness.run.config.recorded import Local, recorded_settings, refuse_servers
from harness.run.config.settings import Settings


def recorded(change: Callable[[dict[str, Any]], Any], *words: str, **more: Any) -> Settings:
    config = compose(["env.train_size=4", *words]).model_dump(mode="json")
    change(config)
    return recorded_settings(config, results_dir=Path("work"), **more)[0]


def at(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(config: dict[str, Any]) -> None:
        *inner, last = path.split(".")
        for name in inner:
            config = config[name]
        config[last] = value

    return change


RUNS_CODE = {"_target_": "numpy.testing._private.utils.runstring", "astr": "open('canary', 'w')", "dict": {}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("embedding", RUNS_CODE),
        ("env._target_", "this.x"),
        ("method.cluster", RUNS_CODE),
        ("method.partition", {"_target_": "os.system", "command": "touch canary"}),
        ("env.data_dir", {"deep": [{"deeper": RUNS_CODE}]}),
        ("method._target_", "builtins.eval"),
        ("method._target_", "harness.cli.main.run"),
        ("env._target_", "methods.vanilla.Vanilla.__init__"),
        ("method._target_", ["fgo"]),
        ("embedding._target_", None),
    ],
)
def test_only_registered_parts_are_named_at_any_level(
    path: str, value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "this.py").write_text("open('canary', 'w')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError) as refused:
        recorded(at(path, value))
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "canary").exists()
    assert "this" not in sys.modules or not hasattr(sys.modules["this"], "canary")


def test_a_class_that_the_user_trusts_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "trusted_hill.py").write_text(
        "class Hill:\n    async def train(self, lab, tasks): return lab.initial\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    method = {"_target_": "trusted_hill.Hill", "name": "hill"}
    with pytest.raises(ConfigError, match=r"add --trust trusted_hill\.Hill"):
        recorded(at("method", method))
    config = {**compose([]).model_dump(mode="json"), "method": method}
    settings, resolver = recorded_settings(config, results_dir=tmp_path, trusted=["trusted_hill.Hill"])
    assert type(build_method(settings, resolver)).__name__ == "Hill"


@pytest.mark.parametrize("text", ["${oc.env:HOME}", "${seed}", "${now:%Y}", "${oc.decode:1}", "${"])
def test_an_interpolation_is_text(text: str) -> None:
    settings = recorded(at("env.data", text))
    assert settings.env["data"] == text
    with pytest.raises(ConfigError, match=r"env.data=\$\{"):
        build_environment(settings)


def test_files_and_folders_of_another_machine_are_not_opened(tmp_path: Path) -> None:
    for path, value in {
        "env.data_dir": "/etc",
        "env.initial_module": "/dev/zero",
        "roles.prompts": "/etc",
    }.items():
        settings = recorded(at(path, value), local=Local())
        section, _, name = path.partition(".")
        held = getattr(settings, section)
        assert (held[name] if isinstance(held, dict) else getattr(held, name)) is None
    assert recorded(at("env.data_dir", "/etc"), local=Local(data_dir=tmp_path)).env["data_dir"] == str(tmp_path)
    learned = recorded(at("method", {"_target_": "eval", "learned": "/dev/zero"}), local=Local(learned=tmp_path))
    assert learned.method["learned"] == str(tmp_path)


@pytest.mark.parametrize(
    "node",
    [
        {"id": "openai/x", "api_base": "http://127.0.0.1:1/v1"},
        {"id": "openai/x", "api_key_env": "HOME"},
    ],
)
def test_servers_and_variables_are_asked_for_a_trusted_record_alone(node: dict[str, str]) -> None:
    settings = recorded(at("backbone.agent", node))
    named = next(value for name, value in node.items() if name != "id")
    with pytest.raises(ConfigError, match=f"add --trust {named}"):
        refuse_servers(settings, ())
    refuse_servers(settings, [named])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("env.train_size", 10**9),
        ("method.steps", 10**30),
        ("env.max_steps", float("inf")),
        ("trials", 10**8),
        ("method", []),
        ("backbone", {"agent": {"id": "openai/x", "options": {"api_key": "sk-1"}}}),
        ("seed", "seven"),
    ],
)
def test_what_is_out_of_bounds_is_refused_in_a_line(path: str, value: Any) -> None:
    with pytest.raises(ConfigError) as refused:
        build_models(recorded(at(path, value)), keys=False)
    assert "\n" not in str(refused.value)


def test_parts_nested_without_end_are_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"x": deep}
    with pytest.raises(ConfigError, match="nested more than"):
        recorded(at("env.data", deep))


def test_the_last_schema_is_read_in_todays_words() -> None:
    old = {
        "_target_": "methods.plus.switches.fgo",
        "name": "fgo",
        "steps": 6,
        "subsets": 2,
        "partition": {"_target_": "methods.partition.by_category", "_partial_": True},
        "cluster": None,
        "gate": False,
        "max_tokens": None,
        "validation_size": 0,
    }
    assert recorded(at("method", old)).method["_target_"] == "fgo"
    assert "gate" not in recorded(at("method", old)).method
    assert recorded(at("method", {**old, "gate": True})).method["_target_"] == "fgo_plus"
    assert recorded(at("embedding", {"_target_": "harness.embedding.TfIdf"})).embedding == {"_target_": "tfidf"}
