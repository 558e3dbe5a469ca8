"""docs/agents.md, done to the letter in an empty folder."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

from tests.commands import Commands
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "agents.md").read_text()
FILES = dict(re.findall(r'```python title="(\w+\.py)"\n(.*?)```', PAGE, re.DOTALL))
COMMANDS = re.findall(r"^\$ (.*)$", PAGE, re.MULTILINE)


@pytest.mark.slow
def test_the_page_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, code in FILES.items():
        (tmp_path / name).write_text(code)
        monkeypatch.delitem(sys.modules, Path(name).stem, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    harness = Commands(tmp_path, monkeypatch, capsys)
    said = {}
    for command in COMMANDS:
        run = next(tmp_path.glob("results/runs/clerk/climb/scripted/*/result.json"), None)
        program, *words = command.replace("RUN", run.parent.name if run else "RUN").split()
        if program == "python":
            runpy.run_path(words[0])
            said[command] = capsys.readouterr().out
        else:
            done = harness(*words)
            assert done.code == 0, done.out + done.err
            said[command] = done.out
    first, _, _, _, shown, calls, last = list(said.values())[1:]
    assert "100.0 (4)" in first
    assert "look-ups: vanilla (test) 1.0 (4), test 1.0 (4)" in first
    assert '> look_up({"item": "egg"})' in shown
    assert "Look the item up in the singular." in calls
    assert "1.0" in last
    assert "singular, then multiply" in last
