"""The switches: off they are the paper's method, each can be on alone, and none is silent about nonsense."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf
from task_lists import make_tasks

from harness.core.errors import ConfigError
from harness.run.clustering import kmeans
from harness.run.config.presets import conf_dir
from harness.testing import LabStandIn, Script
from methods.fgo import FGO
from methods.partition import by_category
from methods.plus.method import FGOPlus
from tests.harness.run.composed import planned

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
    "evidence": {"evidence": True},
}
ALL = {name: value for switch in SWITCHES.values() for name, value in switch.items()} | {"predictor": "ridge"}


async def test_with_all_switches_off_it_trains_as_fgo_does_call_by_call() -> None:
    plus, paper = Script(), Script()
    trained = await FGOPlus(**PAPER).train(LabStandIn(plus), TASKS)
    assert trained == await FGO(**PAPER).train(LabStandIn(paper), TASKS)
    assert plus.calls == paper.calls


def test_the_config_of_fgo_has_the_papers_settings_alone() -> None:
    config = OmegaConf.load(conf_dir() / "method" / "fgo.yaml")
    assert config["_target_"] == "methods.fgo.FGO"
    assert set(config) - {"_target_", "name"} == {field.name for field in fields(FGO)}


def test_the_config_of_fgo_plus_has_every_switch_on_but_for_the_one_that_came_later() -> None:
    own = {field.name: field.default for field in fields(FGOPlus)} | {"validation_size": None}
    config = OmegaConf.load(conf_dir() / "method" / "fgo_plus.yaml").method
    switches = set(own) - {field.name for field in fields(FGO)}
    assert set(config) - {"_target_", "name"} == switches
    assert config.evidence is False
    on = {
        name
        for name in switches - {"evidence"}
        if name not in ("gate_margin", "gate_level", "gate_retries", "predictor_checks")
    }
    typed = OmegaConf.to_container(config, resolve=False)
    assert all(typed[name] != own[name] for name in on - {"racing_block"})


def test_a_new_switch_leaves_the_ids_of_paper_runs_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ids() -> tuple[str, str]:
        paper, plus = (planned(tmp_path, f"method={name}", "validation_size=2") for name in ("fgo", "fgo_plus"))
        return paper.run_id, plus.run_id

    before = ids()
    monkeypatch.setattr(FGOPlus, "version", "another")
    after = ids()
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_evidence_that_is_off_leaves_the_ids_of_earlier_runs_alone(tmp_path: Path) -> None:
    words = ("method=fgo_plus", "validation_size=2")
    plain, typed, marked = (
        planned(tmp_path, *words, *more) for more in ((), ("method.evidence=false",), ("method.evidence=true",))
    )
    assert "evidence" not in plain.identity["method"]
    assert plain.identity["method"]["version"] == FGOPlus.version
    assert typed.run_id == plain.run_id != marked.run_id
    assert marked.earlier_id != plain.earlier_id


@pytest.mark.parametrize("switch", [*SWITCHES.values(), ALL], ids=[*SWITCHES, "all"])
async def test_each_switch_alone_trains_with_the_same_steps(switch: dict[str, Any]) -> None:
    world = Script(validation=make_tasks(4))
    method = FGOPlus(**PAPER, **switch)
    trained = await method.train(LabStandIn(world), TASKS)
    assert len(world.of("optimize")) == 8
    again = Script(validation=make_tasks(4), delay=lambda scope: sum(map(ord, scope)) % 5)
    assert (await method.train(LabStandIn(again), TASKS)).digest == trained.digest, "no strand's speed decides"


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ({"racing": True}, "nothing to stop"),
        ({"racing": True, "select": "best", "pareto": True}, "nothing to stop"),
        ({"validate": True}, "validation_size=N"),
        ({"gate_level": 0.7}, "gate_level=0.7"),
        ({"gate_margin": -1}, "gate_margin=-1"),
        ({"holdout": 1.0}, "holdout=1.0"),
        ({"predictor": "oracle"}, "one of none, llm, ridge"),
        ({"max_tokens": 0}, "max_tokens=0"),
        ({"racing_block": 0}, "racing_block=0"),
        ({"gate": "yes"}, "gate=yes: true or false"),
        ({"gate_level": 0}, "gate_level=0: above 0"),
        ({"threshold": 1}, "threshold=1"),
    ],
    ids=str,
)
def test_a_switch_that_cannot_work_is_refused_in_one_line(switch: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        FGOPlus(**PAPER, **switch)


def test_a_changed_prompt_makes_another_version() -> None:
    assert FGOPlus.version != FGO.version
