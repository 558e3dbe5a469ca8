import importlib.util
import subprocess
import sys

import pytest

from envs.alfworld.engine import GameFile, TextWorldEngine
from envs.alfworld.engine.textworld import TextWorldWorker
from harness.core.errors import ConfigError, InfrastructureError

needs_textworld = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("textworld", "fast_downward")),
    reason="TextWorld is not installed: pip install 'textworld[pddl]>=1.7'",
)


def test_a_missing_package_names_the_extra(tiny: GameFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'textworld\[pddl\]"):
        TextWorldEngine(tiny)


def test_importing_the_engine_imports_no_textworld() -> None:
    check = "import sys, envs.alfworld.engine; sys.exit('textworld' in sys.modules or 'alfworld' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@needs_textworld
@pytest.mark.slow
def test_an_engine_ends_its_own_process(tiny: GameFile) -> None:
    engine = TextWorldEngine(tiny)
    assert engine.reset().text.endswith("put a cool apple in drawer.")
    engine.close()
    engine.close()
    with pytest.raises(InfrastructureError, match="closed"):
        engine.step("look")


@needs_textworld
@pytest.mark.slow
def test_a_failure_inside_is_told_and_the_worker_lives_on(tiny: GameFile) -> None:
    with TextWorldWorker() as worker:
        with pytest.raises(InfrastructureError, match="failed to load"):
            TextWorldEngine(
                GameFile(
                    tiny.path, "(define)", grammar=tiny.grammar, problem=tiny.problem, walkthrough=(), solvable=True
                ),
                worker,
            )
        assert not TextWorldEngine(tiny, worker).reset().won
