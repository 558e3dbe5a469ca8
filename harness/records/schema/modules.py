"""A file of ``modules/``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from harness.records.bounds import Name, Plain
from harness.records.schema.strict import Strict


class ToolPart(Strict):
    """A tool of a toolbox, as `harness.core.domain.Tool`."""

    name: Name
    description: str
    parameters: Plain
    source: str


class InstructionPart(Strict):
    """An instruction, as `harness.core.domain.Instruction`."""

    kind: Literal["instruction"]
    text: str


class ToolboxPart(Strict):
    """A toolbox, as `harness.core.domain.Toolbox`."""

    kind: Literal["toolbox"]
    tools: list[ToolPart]
    library: str = ""


class ModulesFile(Strict):
    """A file of ``modules/``: the modules of a digest, and which of them are trainable."""

    trainable: list[Name]
    parts: dict[Name, Annotated[InstructionPart | ToolboxPart, Field(discriminator="kind")]]
