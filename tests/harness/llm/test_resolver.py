from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf

from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.llm.backbone import ModelSpec, Price
from harness.llm.preflight import check_prices, preflight
from harness.llm.resolver import resolve

FOLDER = Path(__file__).parents[3] / "conf" / "backbone"
NAMES = [path.stem for path in FOLDER.glob("*.yaml") if path.stem != "custom"]
SIMULATED = {"agent": "sim/small", "evaluator": "sim/small", "optimizer": "sim/large", "merger": "sim/large"}
ROLES = {"agent": "gpt-4o-mini", "evaluator": "gpt-4o", "optimizer": "o3-mini", "merger": "gpt-4o"}


def load(name: str) -> dict[str, Any] | None:
    path = FOLDER / f"{name}.yaml"
    if not path.exists():
        return None
    merged = OmegaConf.merge(
        {"protocol": {"backbones": ROLES, "simulated": SIMULATED}}, {"backbone": OmegaConf.load(path)}
    )
    return OmegaConf.to_container(merged, resolve=True)["backbone"]


def ids(backbone: dict[str, Any], presets: Any = load) -> list[str]:
    return [spec.id for spec in resolve(backbone, presets, preset_names=NAMES).values()]


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_resolves(name: str):
    models = resolve(load(name), load, preset_names=NAMES)
    assert list(models) == list(Role)


def test_a_preset_plays_all_roles_and_an_override_one():
    assert ids(load("sim-small")) == ["sim/small"] * 4
    assert ids(load("sim")) == list(SIMULATED.values())
    assert ids({**load("sim"), "optimizer": "gpt-4o"}) == ["sim/small", "sim/small", "openai/gpt-4o", "sim/large"]


def test_fields_of_all_models_reach_every_role_where_no_model_plays_them_all():
    each = resolve({**load("sim"), "fields": {"model": {"temperature": 0.5}}}, load, preset_names=NAMES)
    assert [spec.temperature for spec in each.values()] == [0.5] * 4
    asked = {**load("sim-small"), "optimizer": "sim/large", "fields": {"model": {"temperature": 0.5}}}
    of_small = resolve(asked, load, preset_names=NAMES)
    assert of_small[Role.AGENT].temperature == 0.5
    assert of_small[Role.OPTIMIZER].temperature == ModelSpec(id="sim/large").temperature


def test_the_paper_sets_the_roles():
    paper = ["openai/gpt-4o-mini", "openai/gpt-4o", "openai/o3-mini", "openai/gpt-4o"]
    assert ids(load("paper")) == paper
    assert ids({"model": "paper"}) == paper
    assert ids({**load("sim"), "optimizer": "paper"})[2] == "openai/o3-mini"


@pytest.mark.parametrize("name", ["groq/llama-3.3-70b", "gpt-4o-2024-08-06", "openai/org/model"])
def test_a_litellm_id_is_taken_as_it_is(name: str):
    assert ids({**load("sim"), "agent": name})[0] == name


def test_a_mapping_is_a_model_of_its_own():
    entry = {"id": "openai/gpt-4o", "temperature": 0, "price": {"prompt": 1, "completion": 2}}
    spec = resolve({**load("sim"), "agent": entry}, load, preset_names=NAMES)[Role.AGENT]
    assert (spec.temperature, spec.price.usd(1_000_000, 500_000, 1_000_000)) == (0.0, 3.0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"agent": "gpt4o"}, r"backbone.agent: unknown model 'gpt4o'; presets: gpt-4o"),
        ({"agent": {"id": "x/y", "temprature": 1}}, r"backbone.agent.temprature: Extra inputs"),
        ({"agent": {"id": "x/y", "options": {"api_key": "sk-1"}}}, "name the environment variable that holds it"),
        ({"agent": {"id": "x/y", "options": {"extra_headers": {"Authorization": "x"}}}}, "name of the environment"),
        ({"agent": {"id": "sim/huge"}}, "sim/huge"),
        ({"agent": "sim/huge"}, "sim/huge"),
        ({"agent": 3}, "neither a name nor a mapping"),
        ({"agnet": "gpt-4o"}, "no setting 'agnet'"),
        ({"model": None}, "no model; set backbone.agent or backbone.model"),
        ({"agent": "/x"}, "unknown model"),
    ],
)
def test_what_is_wrong_is_one_clear_line(change: dict[str, Any], says: str):
    with pytest.raises(ConfigError, match=says) as caught:
        resolve({**load("sim-small"), **change}, load, preset_names=NAMES)
    assert "\n" not in str(caught.value)


def test_circles_are_found():
    presets = {"a": {"name": "a", "agent": "b"}, "b": {"name": "b", "agent": "c"}, "c": {"model": "b"}}
    with pytest.raises(ConfigError, match="circle: a -> b -> c -> b"):
        resolve(presets["a"], presets.get)
    with pytest.raises(ConfigError, match="circle"):
        resolve({"name": "x", "model": "s"}, {"s": {"model": "s"}}.get)


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({"id": "openai/gpt-4o-mini"}, True),
        ({"temperature": 0.5}, True),
        ({"max_tokens": 5}, True),
        ({"top_p": 0.5}, True),
        ({"reasoning_effort": "low"}, True),
        ({"send_seed": True}, True),
        ({"api_base": "http://x"}, False),
        ({"revision": "2"}, True),
        ({"tools": "text"}, True),
        ({"options": {"stop": "x"}}, True),
        ({"api_key_env": "X"}, False),
        ({"timeout": 1}, False),
        ({"concurrency": 1}, False),
        ({"price": {"prompt": 1, "completion": 1}}, False),
    ],
)
def test_the_identity_is_what_an_answer_depends_on(change: dict[str, Any], counts: bool):
    base = ModelSpec(id="openai/gpt-4o")
    assert (ModelSpec(**{"id": base.id, **change}).identity() != base.identity()) == counts


def test_how_a_simulated_model_is_asked_is_no_part_of_it():
    plain = ModelSpec(id="sim/small").identity()
    assert ModelSpec(id="sim/small", options={"litellm": True, "sleep": True}).identity() == plain
    assert ModelSpec(id="sim/small", options={"recall": 1.0}).identity() != plain
    assert "version" in plain["model"]


@pytest.fixture
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "MY_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_no_keys")
def test_a_missing_key_is_told_before_any_work(monkeypatch: pytest.MonkeyPatch):
    models = resolve({**load("sim"), "optimizer": "gpt-4o"}, load, preset_names=NAMES)
    with pytest.raises(ConfigError) as caught:
        preflight(models)
    assert str(caught.value) == (
        "no key for openai/gpt-4o (backbone.optimizer): set it with `export OPENAI_API_KEY=...`; "
        "backbone=sim needs none"
    )
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    preflight(models)


@pytest.mark.usefixtures("_no_keys")
@pytest.mark.parametrize("name", ["sim", "ollama", "vllm"])
def test_local_models_need_no_key(name: str):
    preflight(resolve(load(name), load, preset_names=NAMES))


@pytest.mark.usefixtures("_no_keys")
def test_a_key_of_ones_own_is_looked_for_where_the_spec_says():
    with pytest.raises(ConfigError, match="export MY_KEY"):
        preflight({Role.AGENT: ModelSpec(id="openai/x", api_base="http://h", api_key_env="MY_KEY")})
    preflight({Role.AGENT: ModelSpec(id="openai/x", api_base="http://h")})


def test_a_limit_in_dollars_needs_the_price_of_every_model() -> None:
    priced = ModelSpec(id="openai/mine", price=Price(prompt=1, completion=2))
    models = dict.fromkeys(Role, priced) | {Role.MERGER: ModelSpec(id="openai/nobody-knows")}
    with pytest.raises(ConfigError) as caught:
        check_prices(models, "budget.usd=1")
    assert str(caught.value) == (
        "budget.usd=1 needs the price of openai/nobody-knows (backbone.merger), which is unknown: add "
        "backbone.merger.price.prompt=USD backbone.merger.price.completion=USD (US dollars per million tokens)"
    )
    check_prices(dict.fromkeys(Role, priced) | {Role.AGENT: ModelSpec(id="sim/small")}, "budget.usd=1")


@pytest.mark.parametrize("model", ["sim/small", "scripted/agent"])
def test_models_of_this_process_are_checked_without_litellm(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        pytest.fail("LiteLLM takes seconds to import, and 140 MB")

    monkeypatch.setattr("harness.llm.providers.litellm_setup.load", load)
    preflight({role: ModelSpec(id=model) for role in Role})
