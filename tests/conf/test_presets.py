"""Every preset and every experiment composes."""

from __future__ import annotations

import pytest
import yaml

from harness.cli.sweep.composing import Composer, Sweep
from harness.cli.sweep.jobs import label
from harness.core.errors import ConfigError
from harness.reports.paper.cells import other_optimizer, preset_of
from harness.run.config.presets import conf_dir, options
from tests.harness.run.composed import composed

GROUPS = [
    group
    for entry in yaml.safe_load((conf_dir() / "config.yaml").read_text())["defaults"]
    if isinstance(entry, dict)
    for group in entry
    if not group.startswith(("optional ", "override "))
]

JOBS = {
    "table1": 15,
    "table2": 5,
    "table3": 2,
    "table4": 4,
    "figure3": 20,
    "figure5": 5,
    "evidence": 2,
    "local_invoices": 5,
    "local_reasoning": 5,
    "peers": 21,
    "skillopt": 4,
    "smoke": 6,
}
"""Jobs of each experiment in one environment, with one seed."""


def expanded(*words: str) -> Sweep:
    with Composer.begun() as composer:
        return composer.sweep(words)


@pytest.mark.parametrize(("group", "name"), [(g, n) for g in GROUPS for n in options(g) if n != "custom"])
def test_presets_compose(group: str, name: str) -> None:
    needed = ["method.run=true"] if name == "command" else []  # it has no program of its own
    settings = composed(f"{group}={name}", *needed)
    if group in ("method", "env"):
        assert getattr(settings, f"{group}_name") == name


@pytest.mark.parametrize("name", sorted(JOBS))
def test_experiments_compose(name: str) -> None:
    sweep = expanded(f"experiment={name}", "seed=0")
    assert not sweep.failed
    environments = {settings.env_name for settings in sweep.settings.values()}
    per_env = JOBS[name] // 3 if name == "table1" else JOBS[name]
    assert len(sweep.jobs) == per_env * len(environments)


def test_every_experiment_is_listed_here() -> None:
    assert sorted([*JOBS, "paper"]) == options("experiment")


def test_the_paper_is_all_its_parts_and_runs_what_they_share_once() -> None:
    whole = expanded("experiment=paper", "seed=0")
    assert not whole.failed
    once = list(whole.settings.values())
    assert all(once.count(settings) == 1 for settings in once)
    for part in ("table2", "table3"):
        assert all(settings in once for settings in expanded(f"experiment={part}", "seed=0").settings.values())
    listed = [name for name in JOBS if name.startswith(("table", "figure"))]
    assert sum(JOBS[name] for name in listed) - len(once) == 7  # vanilla, K-means, Category; Figure 3 at 60 tasks


@pytest.mark.parametrize(
    ("words", "optimizer"),
    [((), "sim/reasoner"), (("backbone=sim-small",), "sim/reasoner"), (("backbone=paper",), "o3-mini")],
)
def test_table4_has_the_reasoning_model_that_goes_with_the_backbone(words: tuple[str, ...], optimizer: str) -> None:
    sweep = expanded("experiment=table4", "seed=0", *words)
    assert not sweep.failed
    for settings in sweep.settings.values():
        assert settings.backbone["optimizer"]["id"].removeprefix("openai/") == optimizer
        assert settings.backbone["merger"]["id"].removeprefix("openai/") == optimizer
        assert other_optimizer(settings.backbone["name"])
        assert preset_of(settings.backbone["name"]) == (words[0].partition("=")[2] if words else "sim")


def test_table2_is_vanilla_and_four_ways_of_merging_with_three_seeds() -> None:
    sweep = expanded("experiment=table2")
    assert list(dict.fromkeys(sweep.labels)) == [
        "vanilla",
        "fgo cluster=none",
        "fgo cluster=spectral",
        "fgo cluster=bisect_kmeans",
        "fgo cluster=kmeans",
    ]
    assert [settings.seed for settings in sweep.settings.values()] == [0, 1, 2] * 5
    assert not any(settings.baseline for settings in sweep.settings.values()), "vanilla is a row of its own"


def test_an_environment_that_is_not_there_is_skipped_with_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.cli.sweep import composing

    monkeypatch.setattr(composing, "options", lambda group, own: ["alfworld"] if group == "env" else options(group))
    sweep = expanded("experiment=table1", "seed=0")
    assert len(sweep.jobs) == 5
    assert "skipped 5 jobs with env=gaia: there is no such preset" in sweep.head


def test_words_narrow_an_experiment() -> None:
    sweep = expanded("experiment=table1", "env=alfworld", "method=fgo", "seed=7")
    assert len(sweep.jobs) == 1
    assert label(sweep.jobs[0], ["method", "env"]) == "fgo alfworld"


def test_an_unknown_experiment_is_told_with_those_that_exist() -> None:
    with pytest.raises(ConfigError, match=r"table9: .* choose one of evidence"):
        expanded("experiment=table9")


def test_experiment_files_say_what_they_are() -> None:
    for path in (conf_dir() / "experiment").glob("*.yaml"):
        assert path.read_text().startswith("# @package _global_\n# "), path
