"""``method=command method.run="python my_optimizer.py"``: a program optimizes, the harness plays, counts and records.

The program gets the training tasks, the roles' models and `POST /evaluate` on loopback; it leaves its modules in a
file. What it does between its calls stays outside: a replay does the recorded calls again, without the program.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from harness.core.domain import Modules, Task
from harness.core.errors import ConfigError, HarnessError
from harness.core.lab import Lab
from methods.command.desk import Desk
from methods.command.program import Ended, run_program
from methods.command.window import Window
from methods.command.wording import LARGEST, Unusable, read_modules, written


class ProgramFailed(HarnessError):
    """The program ended without modules that can be used; its calls are journaled."""


@dataclass(frozen=True)
class Command:
    """Let a program optimize the agent.

    Parameters
    ----------
    run
        The command, as a shell takes it. It runs in the current folder.
    steps
        The most calls of the optimizer's model.
    minutes
        How long the program may take.
    program
        Digest of the files that the command names: an edited program is another run. Found when the command is typed.
    """

    run: str
    steps: int
    minutes: float = 60.0
    program: str = ""

    version: ClassVar[str] = "1"
    outside: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not self.run.strip():
            raise ConfigError('method.run is empty: method.run="python my_optimizer.py"')
        if self.steps < 1:
            raise ConfigError(f"method.steps={self.steps}: at least 1")
        if not self.minutes > 0:
            raise ConfigError(f"method.minutes={self.minutes}: more than 0")

    @staticmethod
    def described(given: Mapping[str, Any]) -> dict[str, str]:
        """Return the digest of the files that the command names, as a setting that is recorded."""
        found = hashlib.sha256()
        for word in _words(str(given.get("run", ""))):
            path = Path(word)
            if path.is_file() and path.stat().st_size <= LARGEST:
                found.update(path.read_bytes())
        return {"program": found.hexdigest()}

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the modules that the program left."""
        live: list[Desk] = []

        async def outside() -> dict[str, Any]:
            live.append(self._desk(lab, tasks))
            return await self._live(live[0])

        transcript = await lab.effect("command", {"run": self.run}, outside)
        desk = live[0] if live else self._desk(lab, tasks)
        if not live:
            await desk.repeat(transcript["calls"])
        desk.finish()
        modules = read_modules(transcript["modules"], lab.initial)
        lab.record("command", modules, [lab.initial], calls=len(transcript["calls"]), refused=transcript["refused"])
        return modules

    def _desk(self, lab: Lab, tasks: Sequence[Task]) -> Desk:
        return Desk(lab, tasks, self.steps, in_turn=lab.budget()["match"] in ("rollouts", "tokens", "cost"))

    async def _live(self, desk: Desk) -> dict[str, Any]:
        window = Window(desk, desk.lab.validation > 0)
        await window.open()
        try:
            try:
                ended = await run_program(
                    self.run, url=window.url, key=window.key, seconds=60 * self.minutes, broken=window.broken
                )
            finally:
                await window.close()
            modules = self._left(ended, desk)
            await desk.settle()
        finally:
            await desk.abandon()
        return {"calls": desk.transcript, "modules": written(modules), "refused": dict(sorted(desk.refused.items()))}

    def _left(self, ended: Ended, desk: Desk) -> Modules:
        last = f" (its last line: {ended.said[:200]!r})" if ended.said else ""
        again = "what it asked for is journaled, and the same command does not pay for it again"
        if ended.code == 124:
            raise ProgramFailed(f"the program did not end within method.minutes={self.minutes:g}{last}; {again}")
        if ended.code:
            raise ProgramFailed(f"the program ended with exit code {ended.code}{last}; {again}")
        if ended.modules is None:
            raise ProgramFailed(
                f"the program left no modules in $HARNESS_MODULES, a file of at most {LARGEST:,} bytes{last}; {again}"
            )
        try:
            return read_modules(ended.modules, desk.lab.initial)
        except Unusable as error:
            raise ProgramFailed(f"the modules that the program left cannot be used: {error}; {again}") from None


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # a shell may still make sense of it
        return command.split()
