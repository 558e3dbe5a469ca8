"""What can be a path, and what cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.run.config.paths import LONGEST_NAME, LONGEST_PATH, path_problem
from harness.run.config.settings import folder_name
from tests.harness.run.composed import planned


@pytest.mark.parametrize("text", ["", ".", "results", "/a/b", "~/results", "ä" * 127, "a" * LONGEST_NAME, "a/" * 1250])
def test_what_can_be_a_path(text: str) -> None:
    assert path_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\0b", "null character"),
        ("\ud800", "half a letter"),
        ("a" * (LONGEST_NAME + 1), "more than 255 bytes"),
        ("x/" + "ä" * 128, "more than 255 bytes"),
        ("a/" * (LONGEST_PATH // 2) + "a", "longer than 2500 bytes"),
        ("~nobody.here/x", "no home folder"),
    ],
)
def test_what_cannot(text: str, problem: str) -> None:
    assert problem in path_problem(text)


def test_a_name_that_no_folder_takes() -> None:
    assert folder_name("env", "a" * LONGEST_NAME)
    with pytest.raises(ConfigError, match="too long for the name of a folder"):
        folder_name("env", "ä" * 128)


def test_a_local_model_of_a_long_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="more than 255 bytes"):
        planned(tmp_path, f"local.gguf={'a' * 300}")
