"""The calibration: its questions are fair, and from draws of a known profile it finds that profile again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.simulated.attention import recall as simulated_recall
from harness.simulated.profiles import profile_of
from harness.testing import check_environment
from scripts.calibrate_sim import main
from scripts.calibration.fitting import KINDS, PARAMETERS, Items, fit, intervals, recall, share
from scripts.calibration.questions import ASKED, Questions, questions


def drawn(values: dict[str, float], seed: int, times: int = 2) -> Items:
    """Return items of the real questions, several times over, kept with the chances of a profile."""
    rng = np.random.default_rng(seed)
    columns = [
        (0.0, float(200 + len(one.prompt) / 4), place, float(one.rules), float(KINDS.index(one.kind)), number)
        for number, one in enumerate(questions(0) * times)
        for place in one.places
    ]
    kept, tokens, place, rules, kinds, question = map(np.array, zip(*columns, strict=True))
    items = Items(kept, tokens, place, rules, kinds, question)
    chance = recall(np.array([values[name] for name in PARAMETERS]), items)
    return replace(items, kept=(rng.random(len(chance)) < chance).astype(float))


TRUE = {"base": 0.9, "load": 0.01, "fade": 0.1, "dip": 0.3, "late": 0.1, "keep": 0.8, "keep of a merger": 0.3}


def test_it_recalls_as_the_simulated_model_does() -> None:
    profile = profile_of("sim/small", {name: value for name, value in TRUE.items() if " " not in name})
    values = np.array([TRUE[name] for name in PARAMETERS])
    for tokens, place, rules in ((300, 0.2, 5), (2500, 0.5, 40), (6000, 0.9, 60)):
        one = np.array([float(tokens)])
        at, many, zero = np.array([place]), np.array([float(rules)]), np.array([0])
        followed = recall(values, Items(one, one, at, many, np.zeros(1), zero))[0]
        written = recall(values, Items(one, one, at, many, np.ones(1), zero))[0]
        merged = recall(values, Items(one, one, at, many, np.full(1, 2.0), zero))[0]
        assert followed == pytest.approx(simulated_recall(profile, place, tokens=tokens, sentences=rules))
        assert written == pytest.approx(TRUE["keep"] * simulated_recall(profile, place, tokens=tokens))
        assert merged == pytest.approx(TRUE["keep of a merger"] * simulated_recall(profile, place, tokens=tokens))


def test_a_known_profile_is_found_again() -> None:
    items = drawn(TRUE, seed=1)
    found = dict(zip(PARAMETERS, fit(items), strict=True))
    for name, within in (("base", 0.05), ("load", 0.006), ("keep", 0.05), ("keep of a merger", 0.05), ("fade", 0.08)):
        assert found[name] == pytest.approx(TRUE[name], abs=within), name
    bounds = dict(zip(PARAMETERS, intervals(items, draws=12), strict=True))
    for name in ("base", "load", "keep"):
        low, high = bounds[name]
        assert low <= found[name] <= high
        assert high - low < 0.2


def test_questions_are_the_same_for_a_seed_and_differ_between_seeds() -> None:
    ours = questions(0)
    assert ours == questions(0)
    assert ours != questions(1)
    assert 140 <= len(ours) <= 160
    assert len({one.name for one in ours}) == len(ours)
    assert {len(one.items) for one in ours if one.kind == "follow"} == {ASKED}
    check_environment(Questions(every=9))


def test_an_item_is_kept_where_its_own_line_has_its_own_number() -> None:
    (one,) = [question for question in questions(0) if question.name == "merge-10-2-0"]
    lines = [f"- For {thing} use shelf {shelf}." for thing, shelf in one.items]
    assert one.kept("\n".join(lines)) == (True,) * 10
    assert one.kept("\n".join(lines[1:]).upper()) == (False, *(True,) * 9)
    swapped = [f"{thing}: {shelf}" for (thing, _), (_, shelf) in zip(one.items, one.items[1:], strict=False)]
    assert not any(one.kept("\n".join(swapped)))
    assert one.kept("") == (False,) * 10


def test_the_share_has_an_interval_over_questions() -> None:
    ones, question = np.array([1.0] * 8 + [0.0] * 8), np.repeat(np.arange(4), 4)
    mean, low, high = share(Items(ones, ones, ones, ones, ones, question))
    assert (mean, low, high) == (0.5, 0.0, 1.0)


def test_a_model_that_copies_everything_is_found_perfect(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "copying.py").write_text("def answer(role, messages):\n    return messages[-1].content\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    words = ["backbone=scripted", "backbone.script=copying:answer", f"results_dir={tmp_path / 'results'}"]
    assert main(["+env.every=7", *words]) == 0
    said = capsys.readouterr().out
    assert "rewrite 5" in said
    (result,) = (tmp_path / "results").glob("runs/*/*/*/*/result.json")
    by = json.loads(result.read_text())["score"]["test"]["by_category"]
    assert by["rewrite"]["mean"] == by["merge"]["mean"] == by["follow"]["mean"] == 1.0


@pytest.mark.parametrize(("words", "line"), [([], "give a backbone"), (["backbone=sim"], "give a real model")])
def test_without_a_real_model_one_line_says_so(words: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert line in capsys.readouterr().err
