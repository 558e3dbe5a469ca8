"""Modules as text for people, and as a file of ``modules/``."""

from __future__ import annotations

import json
from dataclasses import asdict

from harness.core.domain import Instruction, Module, Modules, Tool, Toolbox
from harness.records.schema import InstructionPart, ToolboxPart


def final_text(modules: Modules) -> str:
    """Return the text of the trainable modules, for a person to read."""
    parts = [modules[name] for name in modules.trainable]
    return "\n\n".join(part.text if isinstance(part, Instruction) else "\n\n\n".join(_as_code(part)) for part in parts)


def _as_code(toolbox: Toolbox) -> list[str]:
    library = [f"# library of all tools\n{toolbox.library.strip()}"] if toolbox.library else []
    return [*library, *map(_tool_as_code, toolbox.tools)]


def _tool_as_code(tool: Tool) -> str:
    said = " ".join(tool.description.split())
    return f"# {tool.name}({', '.join(tool.parameters.get('properties', {}))}): {said}\n{tool.source.strip()}"


def module_of(part: InstructionPart | ToolboxPart) -> Module:
    """Return a module that a file of ``modules/`` holds."""
    if isinstance(part, InstructionPart):
        return Instruction(part.text)
    tools = tuple(
        Tool(tool.name, tool.description, parameters=tool.parameters, source=tool.source) for tool in part.tools
    )
    return Toolbox(tools, part.library)


def modules_json(modules: Modules) -> str:
    """Return modules as a file of ``modules/`` holds them."""
    parts = {name: {"kind": part.kind, **asdict(part)} for name, part in modules.parts.items()}
    for part in parts.values():
        if part.get("library") == "":  # toolboxes without one are written as ever
            del part["library"]
    return json.dumps({"trainable": list(modules.trainable), "parts": parts}, indent=2, ensure_ascii=False) + "\n"
