"""What a sandbox is to the rest of the environment: a function is called in it, and an outcome comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]
Limit = Literal["wall", "cpu", "memory", "disk", "inputs", "result", "output", "calls", "killed"]

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take.

    Attributes
    ----------
    wall, cpu
        Seconds.
    memory
        Bytes of address space beyond the loaded interpreter.
    disk
        Bytes of scratch, as one file or many.
    inputs
        Bytes of all input files together.
    result
        Bytes of the result as JSON, and of a question to the broker.
    output_kept, output
        Bytes of standard output and error: how much is kept, and at how much the call is killed.
    brokered_calls, brokered_bytes
        Calls to the broker, and bytes of one of its answers; longer answers are cut.
    """

    wall: float = 20.0
    cpu: int = 15
    memory: int = 512 * MIB
    disk: int = 64 * MIB
    inputs: int = 128 * MIB
    result: int = MIB
    output_kept: int = 256 * 1024
    output: int = 8 * MIB
    brokered_calls: int = 20
    brokered_bytes: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call: a value, or an error.

    Attributes
    ----------
    value
        The result as JSON; None where there is an error.
    error
        What went wrong, for the agent to read; None where there is a value.
    limit
        The limit that was hit, if one was.
    output
        Standard output and error, the first `Limits.output_kept` bytes.
    seconds
        Wall clock.
    """

    value: JSON
    error: str | None
    limit: Limit | None
    output: str
    seconds: float


class Broker(Protocol):
    """What the host does for a tool. Tools know these as the functions ``search`` and ``fetch``.

    An exception's text reaches the tool as an error.
    """

    async def search(self, query: str) -> JSON:
        """Search the web that this task has."""
        ...

    async def fetch(self, url: str) -> JSON:
        """Return a page of it."""
        ...


class Sandbox(Protocol):
    """Where code that a model wrote runs."""

    @property
    def mode(self) -> str:
        """``bwrap`` or ``landlock``."""
        ...

    async def call(
        self,
        source: str,
        function: str,
        *,
        arguments: Mapping[str, JSON],
        inputs: Sequence[Path] = (),
        broker: Broker | None = None,
        limits: Limits | None = None,
    ) -> Outcome:
        """Run `source` in a fresh process, call its `function` and return what came of it.

        The working directory is empty but for `inputs`, under their file names and read-only. Calls may be made
        concurrently; nothing passes from one to another.

        Raises
        ------
        InfrastructureError
            If the sandbox cannot be started, or one of its layers does not hold: then no code has run.
        """
        ...

    async def close(self) -> None:
        """End all processes and remove all files."""
        ...
