"""Labels of backbones: short, safe, each model once."""

from __future__ import annotations

import pytest

from harness.run.config.composition import compose
from harness.run.config.labels import LONGEST, safe


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (["backbone=sim"], "sim"),
        (["backbone=openai/gpt-4o"], "openai-gpt-4o"),
        (["backbone=vllm", "backbone.model.api_base=http://elsewhere:9/v1"], "vllm"),
        (["backbone=vllm", "backbone.model.id=hosted_vllm/meta/L-3"], "hosted_vllm-meta-L-3"),
        (["backbone=sim-small", "backbone.optimizer=sim/large"], "sim-small+optimizer=sim-large"),
        (
            ["backbone=sim", "backbone.optimizer=o3-mini", "backbone.merger=o3-mini"],
            "sim+optimizer,merger=openai-o3-mini",
        ),
        (["backbone=vllm", "backbone.name=Qwen/Qwen2.5"], "Qwen-Qwen2.5"),
        (["backbone=vllm", "backbone.name=../../etc"], "etc"),
    ],
)
def test_a_label_names_the_preset_and_each_other_model_once(words: list[str], label: str) -> None:
    assert compose(words).backbone["name"] == label


@pytest.mark.parametrize(
    "name", ["x" * 300, "ü" * 300, "../" * 99, "..", ".", "", "a\0b", "a\nb", "con\x1b[31m", "-rf"]
)
def test_any_name_is_one_folder(name: str) -> None:
    made = safe(name)
    assert made
    assert not set(made) & set("/\\\0\n\x1b")
    assert not made.startswith((".", "-"))
    assert len(made.encode()) <= LONGEST


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert safe("m" * 200 + "1") != safe("m" * 200 + "2")
