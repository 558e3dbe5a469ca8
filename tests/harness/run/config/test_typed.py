"""Settings as people type them: models by id, fields with dots, own presets and classes, hints that name the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.run.config.checking import check
from harness.run.config.composition import compose
from harness.run.config.overrides import normalise


def role(name: str, *words: str) -> dict[str, object]:
    node: dict[str, object] = compose(list(words)).backbone[name]
    return node


@pytest.mark.parametrize("model", ["openai/gpt-4o", "groq/llama-3.3-70b", "ollama_chat/llama3.1:8b", "openai/org/m"])
def test_any_litellm_id_is_a_backbone(model: str) -> None:
    settings = compose([f"backbone={model}"])
    assert {settings.backbone[name]["id"] for name in ("agent", "evaluator", "optimizer", "merger")} == {model}


@pytest.mark.parametrize("plus", ["", "+", "++"])
def test_every_field_of_a_model_is_set_with_dots(plus: str) -> None:
    words = ["backbone=sim", f"{plus}backbone.optimizer.id=openai/gpt-4o"]
    words += [f"{plus}backbone.optimizer.price.prompt=1", f"{plus}backbone.optimizer.price.completion=2"]
    words += [f"{plus}backbone.optimizer.api_base=http://h:1/v1", f"{plus}backbone.optimizer.temperature=0.5"]
    assert role("optimizer", *words) == {
        "id": "openai/gpt-4o",
        "api_base": "http://h:1/v1",
        "temperature": 0.5,
        "price": {"prompt": 1.0, "completion": 2.0},
    }
    assert role("agent", *words) == {"id": "sim/small"}


def test_fields_lie_over_a_presets_model_and_over_a_roles_name() -> None:
    assert role("agent", "backbone=vllm", "backbone.model.context_window=9") == {
        **role("agent", "backbone=vllm"),
        "context_window": 9,
    }
    words = ("backbone=paper", "backbone.optimizer=o3-mini", "backbone.optimizer.max_tokens=7")
    assert role("optimizer", *words) == {"id": "openai/o3-mini", "max_tokens": 7}
    assert role("optimizer", "backbone=paper", "backbone.optimizer.temperature=0") == {
        "id": "openai/gpt-4o",
        "temperature": 0.0,
    }


def test_another_id_of_the_same_server_keeps_the_server_and_not_what_is_true_of_one_model() -> None:
    words = ("backbone=vllm", "backbone.model.price={prompt: 1, completion: 1}", "backbone.merger.id=hosted_vllm/big")
    merger = role("merger", *words)
    assert merger["api_base"] == "http://localhost:8000/v1"
    assert not {"price", "context_window"} & set(merger)
    assert "api_base" not in role("merger", "backbone=vllm", "backbone.merger.id=openai/gpt-4o")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "my presets"
    (folder / "backbone").mkdir(parents=True)
    (folder / "backbone" / "mine.yaml").write_text(
        "name: mine\nmodel: {id: openai/mine, api_base: 'http://h:1/v1', context_window: 9000}\n"
        "agent: null\nevaluator: null\noptimizer: null\nmerger: null\n"
    )
    return folder


@pytest.mark.parametrize("first", [True, False])
def test_own_presets_are_found_wherever_the_folder_stands_and_for_roles_too(own: Path, first: bool) -> None:
    folder, words = ["--config-dir", str(own)], ["backbone=sim", "backbone.optimizer=mine"]
    settings = compose([*folder, *words] if first else [*words, *folder])
    assert settings.backbone["optimizer"]["id"] == "openai/mine"
    assert compose(["backbone=mine", f"--config-dir={own}"]).backbone["name"] == "mine"
    with pytest.raises(ConfigError, match="is not a folder"):
        compose(["--config-dir", str(own / "nowhere")])


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_parts.py").write_text(
        "from typing import Literal\n"
        "class Hill:\n"
        "    def __init__(self, steps: int, width: int = 2, how: Literal['up', 'down'] = 'up'): pass\n"
        "    async def train(self, lab, tasks): return lab.initial\n"
        "class World:\n"
        "    def __init__(self, data_seed: int = 0, size: int = 3): self.seed = data_seed\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


def test_a_setting_that_one_method_of_a_sweep_lacks_is_written_once_for_all() -> None:
    with pytest.raises(ConfigError, match=r"In a sweep write protocol\.steps=2: it reaches every method that has it"):
        check(compose(["method=vanilla", "method.steps=2"]))


@pytest.mark.usefixtures("parts")
def test_own_classes_are_chosen_by_name_and_take_what_their_constructor_takes() -> None:
    settings = compose(["method=own_parts.Hill", "method.width=4", "env=own_parts.World", "data_seed=7"])
    assert settings.method == {"_target_": "own_parts.Hill", "name": None, "steps": 6, "width": 4}
    assert settings.env["data_seed"] == 7
    assert compose(["method._target_=own_parts.Hill", "+method.steps=2"]).method["steps"] == 2


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["method.widht=4"], "method.widht: no such setting; did you mean 'method.width'? Write method.width=4"),
        (["method.colour=4"], "method.colour: no such setting; method takes steps, width, how"),
        (["method.width=wide"], "method.width=wide: must be a whole number"),
        (["method.how=left"], "method.how=left: choose one of up, down"),
        (["method.steps=-1"], "method.steps=-1"),
        (["method.steps=true"], "method.steps=true: must be a whole number"),
        (["env=own_parts.Wrld"], "did you mean own_parts.World?"),
    ],
)
def test_what_a_constructor_does_not_take_is_said_before_anything_runs(words: list[str], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check(compose(["method=own_parts.Hill", *words]))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["method.steps=-1"], "method.steps=-1"),
        (["method.select=foo"], "method.select=foo: choose one of last, best, validated"),
        (["method.cluster=foo"], "method.cluster=foo: no such cluster; choose one of"),
        (["method.subsets=many"], "method.subsets=many: must be a whole number"),
        (["env.train_sise=3"], "did you mean 'env.train_size'? Write env.train_size=3"),
        (["env.max_steps=1.5"], "env.max_steps=1.5: must be a whole number"),
        (["backbone=openai/no-such-model"], "backbone.model.context_window=TOKENS"),
        (["backbone.optimizer.temprature=1"], "backbone.optimizer.temprature"),
        (["backbone=gtp-4o"], "did you mean backbone=gpt-4o?"),
        (["methd=fgo"], "did you mean 'method'?"),
        (["method=hil"], "or a class of your own (module.Class)"),
        (["budget.ammount=3"], "did you mean 'budget.amount'?"),
        (["trials=0"], "trials"),
        (["results_dir=a,b"], "one value with commas is written"),
    ],
)
def test_every_config_error_is_one_line_before_the_first_call(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    with pytest.raises(ConfigError) as refused:
        check(compose(words))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_values_that_hydra_cannot_read_are_quoted() -> None:
    assert compose(["results_dir=out-ü"]).results_dir == Path("out-ü")
    assert compose(["results_dir=~/x"]).results_dir == Path.home() / "x"
    assert compose(["results_dir='~/x'", "roles.prompts='~/y'"]).results_dir == Path.home() / "x"
    assert normalise(["seed=1", "method.name=a#b"]) == ["seed=1", "++method.name='a#b'"]
