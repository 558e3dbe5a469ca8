"""Prompt templates of one's own are UTF-8, whatever the locale is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigError
from harness.run.roles.prompting import load


def test_a_template_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "optimizer.instruction.j2"
    path.write_bytes("Prüfe {{ what }}.".encode())
    assert load(path).render(what="die Küche") == "Prüfe die Küche."


def test_a_template_in_another_encoding_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "optimizer.instruction.j2"
    path.write_bytes("Prüfe.".encode("latin-1"))
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load(path)
