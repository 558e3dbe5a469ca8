"""`harness data alfworld`: games are taken whole, counted, read and played."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.alfworld import data
from envs.alfworld.environment import ALFWorld
from envs.alfworld.generate.__main__ import main as generate
from harness.cli.main import run
from harness.core.errors import ConfigError


@pytest.fixture
def games(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    generate(folder, count=6, seed=3)
    return folder


def test_games_are_taken_from_a_folder_and_checked(
    games: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["data", "alfworld", "--from", str(games), "--to", str(tmp_path / "mine")]) == 0
    out = capsys.readouterr().out
    assert "6 games taken" in out
    assert "6 games in" in out
    assert "0 wrong" in out
    assert sorted(p.name for p in (tmp_path / "mine").rglob("*") if p.is_file()) == ["game.tw-pddl"] * 6


def test_a_check_names_the_game_that_is_wrong(games: Path, capsys: pytest.CaptureFixture[str]) -> None:
    victims = sorted(games.rglob("game.tw-pddl"))
    victims[0].write_text("{")
    text = victims[1].read_text()
    victims[1].write_text(text.replace('"walkthrough": [', '"walkthrough": ["look"], "ignored": ['))
    assert run(["data", "alfworld", "--check", "--to", str(games)]) == 1
    err = capsys.readouterr().err.strip().splitlines()
    assert len(err) == 2
    assert victims[0].parent.name in err[0]
    assert "its own walkthrough does not win" in err[1]


def test_a_check_parses_the_games_that_it_does_not_play(games: Path, capsys: pytest.CaptureFixture[str]) -> None:
    victim = sorted(games.rglob("game.tw-pddl"))[-1]
    victim.write_text(victim.read_text().replace("(:goal", "(:constraints", 1))
    assert run(["data", "alfworld", "--check", "--play", "1", "--to", str(games)]) == 1
    assert "(:constraints" in capsys.readouterr().err


@pytest.mark.parametrize(("old", "new"), [('"solvable": true', '"solvable": false'), ('"solvable": true, ', "")])
def test_games_that_are_not_marked_as_solvable_are_neither_counted_nor_drawn(
    games: Path, old: str, new: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    victim = sorted(games.rglob("game.tw-pddl"))[0]
    text = victim.read_text()
    assert old in text
    victim.write_text(text.replace(old, new))
    assert run(["data", "alfworld", "--check", "--to", str(games)]) == 0
    assert "1 games are not marked as solvable" in capsys.readouterr().out
    drawn = [task.id for task in ALFWorld(data="real", data_dir=str(games), train_size=None).tasks("train")]
    assert len(drawn) == 5
    assert victim.parent.name not in " ".join(drawn)
    assert "1 games are left out" in caplog.text
    with pytest.raises(ConfigError, match="has 5 games, fewer than the 6 asked for"):
        ALFWorld(data="real", data_dir=str(games), train_size=6).tasks("train")


def test_a_folder_without_games(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "alfworld", "--from", str(tmp_path), "--to", str(tmp_path / "x")]) == 2
    assert run(["data", "alfworld", "--check", "--to", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("there are no games in") == 2


def test_no_network_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    downloader = tmp_path / "alfworld-download"
    downloader.write_text("import sys; sys.exit(7)")
    monkeypatch.setattr(data.shutil, "which", lambda *_, **__: str(downloader))
    assert run(["data", "alfworld", "--to", str(tmp_path / "none")]) == 1
    assert "exit code 7" in (err := capsys.readouterr().err)
    assert "--from DIR" in err
