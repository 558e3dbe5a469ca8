"""Trainability and orthogonality of modules, as measurements."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.core.domain import Instruction, Modules, Performance, Task, Tool, Toolbox
from harness.core.errors import ConfigError
from harness.run.checks.modules import ModuleCheck, read_modules
from harness.run.checks.parts import change, interaction, without_each
from harness.testing import LabStandIn, Script

TASKS = [Task(f"t{i}", "", "", "c") for i in range(4)]
ADD = Tool("add", "adds", parameters={}, source="def add(): ...")
SUB = Tool("sub", "subtracts", parameters={}, source="def sub(): ...")


def scores(*values: float) -> Performance:
    return Performance({f"t{i}": v for i, v in enumerate(values)}, {f"t{i}": "c" for i in range(len(values))})


def solved(modules: Modules, task: Task) -> float:
    """Solve t0 with the guideline "look", t1 with the tool "add", and t2 with both."""
    look = "look" in modules.instruction()
    box = modules.parts.get("toolbox")
    add = isinstance(box, Toolbox) and ADD in box.tools
    return float({"t0": look, "t1": add, "t2": look and add, "t3": False}[task.id])


def test_a_part_is_a_guideline_or_a_tool() -> None:
    dropped = dict(without_each(Instruction("Do it.\n\n- look\n- think")))
    assert dropped == {"look": Instruction("Do it.\n\n- think"), "think": Instruction("Do it.\n\n- look")}
    assert dict(without_each(Toolbox((ADD, SUB)))) == {"add": Toolbox((SUB,)), "sub": Toolbox((ADD,))}


def test_a_change_is_paired_by_task() -> None:
    found = change(scores(0, 1, 0, 0), scores(1, 1, 0, 0))
    assert (found.mean, found.better, found.worse) == (0.25, 1, 0)
    assert found.error == pytest.approx(0.25)
    assert change(scores(0), scores(1)).error is None


def test_modules_that_add_up_do_not_interact() -> None:
    assert interaction(scores(0, 0), scores(1, 0), other=scores(0, 1), both=scores(1, 1)).mean == 0.0
    assert interaction(scores(0), scores(0), other=scores(0), both=scores(1)).mean == 1.0


async def test_each_part_is_dropped_alone_and_two_modules_are_crossed(tmp_path: Path) -> None:
    initial = Modules({"instruction": Instruction("Do it."), "toolbox": Toolbox()}, ("instruction", "toolbox"))
    script = Script(score=solved)
    file = tmp_path / "learned.json"
    tools = [{"name": t.name, "description": t.description, "parameters": {}, "source": t.source} for t in (ADD, SUB)]
    parts = {
        "instruction": {"kind": "instruction", "text": "Do it.\n\n- look\n- think"},
        "toolbox": {"kind": "toolbox", "tools": tools},
    }
    file.write_text(json.dumps({"trainable": ["instruction"], "parts": parts}))
    learned = await ModuleCheck(str(file)).train(LabStandIn(script, initial), TASKS)
    assert learned["toolbox"] == Toolbox((ADD, SUB))
    facts = [call.facts for call in script.of("module-check")]
    found = {(fact["what"], fact["module"], fact["part"]): fact["mean"] for fact in facts}
    assert found == {
        ("learned", "all", ""): 0.75,
        ("dropped", "instruction", "look"): -0.5,
        ("dropped", "instruction", "think"): 0.0,
        ("dropped", "toolbox", "add"): -0.5,
        ("dropped", "toolbox", "sub"): 0.0,
        ("alone", "instruction", ""): 0.25,
        ("alone", "toolbox", ""): 0.25,
        ("interaction", "instruction x toolbox", ""): 0.25,
    }


def test_a_text_file_is_an_instruction_and_what_does_not_fit_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("Be quick.\n")
    assert read_modules(file, Modules.of_instruction("x")).instruction() == "Be quick."
    with pytest.raises(ConfigError, match="trains none"):
        read_modules(file, Modules({"toolbox": Toolbox()}, ("toolbox",)))
    with pytest.raises(ConfigError, match="cannot read"):
        read_modules(tmp_path / "none.txt", Modules.of_instruction("x"))
    broken = tmp_path / "broken.json"
    broken.write_text("[]")
    with pytest.raises(ConfigError, match="no file of modules"):
        read_modules(broken, Modules.of_instruction("x"))
