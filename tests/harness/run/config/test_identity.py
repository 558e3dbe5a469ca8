"""The run id: what is in it, what is not, and the id that the record's first schema gave the same run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.core.domain import Modules
from harness.core.environment import Description
from harness.records.run_id import run_id
from harness.run.config import build, earlier
from harness.run.config.composition import compose
from harness.run.config.identity import identity
from harness.run.config.registry import TYPED
from harness.run.config.settings import Settings

DESCRIPTION = Description(
    "alfworld", "1", scorer_version="1", data_checksum="c", purpose="p", categories=("a",), generated=True
)

IDS_OF_SCHEMA_1 = {
    "": "ae40b3f779e6",
    "method=fgo cluster=none partition=random": "6766dda2fb01",
    "method=fgo_plus": "c90ef6c870b8",
    "method=batch_wise method.select=best": "2f5e1b9206a5",
    "method=vanilla seed=3 trials=2": "43c768623d55",
    "method=all_at_once budget.match=rollouts budget.amount=9": "cf127fa3348c",
    "method=bootstrapping context.policy=split": "548dcfb575c1",
    "embedding=litellm": "b744f1c55339",
    "embedding=litellm cluster=spectral backbone.model.api_base=http://other:1/v1": "6d76ebea2edc",
    "env=logisticsqa": "a5334fbb1eec",
    "env=gaia": "1d867c86d743",
}
"""Measured with the last version that wrote schema 1, for `DESCRIPTION`, `Templates` and backbone=vllm."""


class Templates:
    """Prompt templates with digests of their own."""

    def digests(self) -> dict[str, str]:
        return {"optimizer.instruction.j2": "d", "optimizer.toolbox.j2": "t"}


class EarlierTemplates(Templates):
    """The ones that `IDS_OF_SCHEMA_1` were measured with."""

    def digests(self) -> dict[str, str]:
        return {"optimizer.instruction.j2": "d"}


def determined(settings: Settings, templates: Any = None) -> dict[str, Any]:
    models = build.build_models(settings, keys=False)
    embedder = build.build_embedder(settings, keys=False)
    return identity(
        settings,
        DESCRIPTION,
        version="1",
        models=models,
        initial=Modules.of_instruction("i"),
        prompts=templates or Templates(),
        embedding=embedder.identity(),
        resolver=TYPED,
    )


def id_of(*words: str) -> str:
    return run_id(determined(compose(["backbone=vllm", *words])))


@pytest.mark.parametrize("words", IDS_OF_SCHEMA_1)
def test_a_run_of_schema_1_is_found_by_its_id_of_then(words: str) -> None:
    settings = compose(["backbone=vllm", *words.split()])
    before = earlier.identity(
        settings,
        DESCRIPTION,
        version="1",
        models=build.build_models(settings, keys=False),
        initial=Modules.of_instruction("i"),
        prompts=EarlierTemplates(),  # type: ignore[arg-type]
    )
    assert before is not None
    assert run_id(before) == IDS_OF_SCHEMA_1[words]


def test_no_path_of_a_module_is_in_it() -> None:
    text = str(determined(compose(["method=fgo"])))
    assert "methods." not in text
    assert "envs." not in text
    assert "harness." not in text


@pytest.mark.parametrize(
    "words",
    [
        ("backbone.model.api_base=http://elsewhere:9/v1",),
        ("budget.usd=3",),
        ("concurrency=2",),
        ("results_dir=other",),
        ("backbone.name=mine",),
        ("backbone.model.timeout=5",),
        ("retries.tries=2",),
    ],
)
def test_where_and_how_a_run_is_done_is_no_part_of_it(words: tuple[str, ...]) -> None:
    assert id_of(*words) == id_of()


@pytest.mark.parametrize(
    "words",
    [
        ("seed=1",),
        ("method.steps=3",),
        ("cluster=spectral",),
        ("cluster=none",),
        ("partition=random",),
        ("env.train_size=6",),
        ("backbone.model.id=hosted_vllm/other",),
        ("backbone.model.revision=main-2",),
        ("backbone.optimizer.temperature=0.5",),
        ("method=all_at_once",),
        ("embedding=litellm",),
    ],
)
def test_what_determines_the_result_is(words: tuple[str, ...]) -> None:
    assert id_of(*words) != id_of()


def test_a_default_that_is_typed_is_the_same_run() -> None:
    assert id_of("method=batch_wise", "method.shuffle=true") == id_of("method=batch_wise")


def test_a_default_that_is_not_in_the_config_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "defaulted.py").write_text(
        "class Hill:\n    version = '1'\n    def __init__(self, width: int = 3): self.width = width\n"
        "    async def train(self, lab, tasks): return lab.initial\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    settings = compose(["method=defaulted.Hill"])
    assert determined(settings)["method"]["width"] == 3


def test_a_setting_that_came_later_counts_only_where_it_is_not_at_its_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "grown.py").write_text(
        "class Hill:\n    version = '1'\n    later = ('steep',)\n"
        "    def __init__(self, width: int = 3, steep: bool = False): self.width = width\n"
        "    async def train(self, lab, tasks): return lab.initial\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    plain, typed, steep = (
        determined(compose(["method=grown.Hill", *more]))["method"]
        for more in ((), ("+method.steep=false",), ("+method.steep=true",))
    )
    assert "steep" not in plain
    assert plain == typed
    assert steep["steep"] is True


def test_templates_of_another_kind_of_module_do_not_count() -> None:
    settings = compose([])
    assert determined(settings)["roles"]["prompts"] == {"optimizer.instruction.j2": "d"}


def test_what_only_shapes_tables_does_not_count() -> None:
    assert "categories" not in determined(compose([]))["environment"]
    assert replace(DESCRIPTION, groups=("tier",)) != DESCRIPTION
