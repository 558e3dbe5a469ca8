"""The switches: off they are the paper's method, each can be on alone, and none is silent about nonsense."""

from __future__ import annotations

from typing import Any

import pytest
from stub_lab import StubLab, World, make_tasks

from harness.core.errors import ConfigError
from harness.run.config.presets import conf_dir
from methods.clustering import kmeans
from methods.fgo import FGO
from methods.partition import by_category
from methods.plus.switches import FGOPlus, fgo

TASKS = make_tasks(24, categories=4)
PAPER: dict[str, Any] = {"steps": 8, "subsets": 4, "partition": by_category, "cluster": kmeans}
SWITCHES: dict[str, dict[str, Any]] = {
    "gate": {"gate": True},
    "holdout": {"holdout": 0.3},
    "llm predictor": {"predictor": "llm"},
    "learned predictor": {"predictor": "ridge"},
    "validate": {"validate": True, "validation_size": 4},
    "pareto": {"pareto": True},
    "racing the gate": {"gate": True, "racing": True},
    "racing the selection": {"select": "best", "racing": True},
    "delta": {"delta": True},
    "cap": {"max_tokens": 12},
}
ALL = {name: value for switch in SWITCHES.values() for name, value in switch.items()} | {"predictor": "ridge"}


def test_all_off_is_the_papers_fgo() -> None:
    assert fgo(**PAPER) == FGO(**PAPER)
    assert type(fgo(**PAPER)) is FGO


def test_the_config_of_fgo_has_every_switch_off_and_that_of_fgo_plus_every_one_on() -> None:
    from omegaconf import OmegaConf

    off, on = (OmegaConf.load(conf_dir() / "method" / f"{name}.yaml") for name in ("fgo", "fgo_plus"))
    arguments = {key: off[key] for key in ("gate", "holdout", "predictor", "validate", "pareto", "racing", "delta")}
    assert type(fgo(**PAPER, **arguments, max_tokens=off.max_tokens)) is FGO
    changed = {key: value for key, value in on.method.items() if key != "name"}
    assert set(changed) == {*arguments, "max_tokens"}
    assert all(changed[key] != off[key] for key in changed)


@pytest.mark.parametrize("switch", [*SWITCHES.values(), ALL], ids=[*SWITCHES, "all"])
async def test_each_switch_alone_trains_with_the_same_steps(switch: dict[str, Any]) -> None:
    world = World(validation=make_tasks(4))
    method = fgo(**PAPER, **switch)
    assert isinstance(method, FGOPlus)
    trained = await method.train(StubLab(world), TASKS)
    assert len(world.of("optimize")) == 8
    again = World(validation=make_tasks(4), delay=lambda scope: sum(map(ord, scope)) % 5)
    assert (await method.train(StubLab(again), TASKS)).digest == trained.digest, "no strand's speed decides"


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ({"racing": True}, "nothing to stop"),
        ({"racing": True, "select": "best", "pareto": True}, "nothing to stop"),
        ({"validate": True}, "validation_size=N"),
        ({"gate_level": 0.7}, "gate_level=0.7"),
        ({"gate_margin": -1}, "gate_margin=-1"),
        ({"holdout": 1.0}, "holdout=1.0"),
        ({"predictor": "oracle"}, "none, llm or ridge"),
        ({"max_tokens": 0}, "max_tokens=0"),
        ({"racing_block": 0}, "racing_block=0"),
    ],
    ids=str,
)
def test_a_switch_that_cannot_work_is_told_in_a_line(switch: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        fgo(**PAPER, **switch)


def test_a_changed_prompt_makes_another_version() -> None:
    assert FGOPlus.version != FGO.version
