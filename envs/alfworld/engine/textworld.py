"""The judge: the real TextWorld, in processes of its own.

TextWorld is not thread-safe, keeps a temporary library for every environment and is slow to import; so only a worker
process imports it, and only a worker's death brings all of it to an end.
"""

import contextlib
import importlib.util
import itertools
import multiprocessing
import tempfile
import time
import weakref
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from envs.alfworld.engine.game import GameFile
from envs.alfworld.engine.observation import Observation
from harness.core.errors import ConfigError, InfrastructureError
from harness.core.extras import install

_PACKAGES = ("textworld", "fast_downward", "alfworld")
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class _Request:
    what: Literal["load", "reset", "step", "drop", "cpu"]
    engine: int
    text: str = ""


class TextWorldWorker:
    """A process that plays games in TextWorld, one after the other or several in turn; not for several threads.

    It ends at `close`, or when nobody refers to it any longer.

    Raises
    ------
    ConfigError
        TextWorld is not installed.
    """

    def __init__(self) -> None:
        missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
        if missing:
            raise ConfigError(f"engine=textworld needs {missing[0]}: {install('textworld')}")
        context = multiprocessing.get_context("spawn")
        self._pipe, far_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(far_end,), daemon=True)
        self._process.start()
        far_end.close()
        self._close = weakref.finalize(self, _stop, self._process, self._pipe)
        self._serial = itertools.count()

    def cpu_seconds(self) -> float:
        """The CPU time that the worker has used so far, its import of TextWorld included."""
        seconds = self.call("cpu")
        assert isinstance(seconds, float)
        return seconds

    def load(self, game: GameFile) -> int:
        """Load a game and give the number to call it by."""
        number = next(self._serial)
        self.call("load", number, text=game.to_json())
        return number

    def drop(self, number: int) -> None:
        """Forget a game; a worker that is closed has done so already."""
        with contextlib.suppress(InfrastructureError):
            self.call("drop", number)

    def call(self, what: Literal["load", "reset", "step", "drop", "cpu"], engine: int = -1, *, text: str = "") -> Any:
        """Have the worker do something and give its answer.

        Raises
        ------
        InfrastructureError
            TextWorld failed, or the worker died.
        """
        try:
            self._pipe.send(_Request(what, engine, text))
            answer = self._pipe.recv()
        except (EOFError, OSError):
            raise InfrastructureError("the TextWorld worker died or was closed; run the command again") from None
        if isinstance(answer, _Failure):
            raise InfrastructureError(f"TextWorld failed to {what}: {answer.message}")
        return answer

    def close(self) -> None:
        """End the process; once is enough, twice is no error."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class TextWorldEngine:
    """One game under play in TextWorld, as alfworld's `AlfredTWEnv` sets it up for evaluation (unshuffled names).

    Parameters
    ----------
    game : GameFile
        The game.
    worker : TextWorldWorker, optional
        A worker to share; without one the engine has its own and ends it at `close`.
    """

    def __init__(self, game: GameFile, worker: TextWorldWorker | None = None) -> None:
        self.game = game
        self._owns_worker = worker is None
        self._worker = worker or TextWorldWorker()
        try:
            self._number = self._worker.load(game)
        except InfrastructureError:
            if self._owns_worker:
                self._worker.close()
            raise

    def reset(self) -> Observation:
        """Begin the game anew and give its opening text."""
        return _observed(self._worker.call("reset", self._number))

    def step(self, command: str) -> Observation:
        """Carry out one command."""
        return _observed(self._worker.call("step", self._number, text=command))

    def close(self) -> None:
        """Give the game up, and end the worker if it is the engine's own."""
        if self._owns_worker:
            self._worker.close()
        else:
            self._worker.drop(self._number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Failure:
    message: str


def _observed(answer: Any) -> Observation:
    assert isinstance(answer, Observation)
    return answer


def _stop(process: Any, pipe: Connection) -> None:
    pipe.close()
    process.terminate()
    process.join(_PATIENCE_SECONDS)
    if process.is_alive():
        process.kill()


def _serve(pipe: Connection) -> None:
    """Answer requests until the other end closes; runs in the worker."""
    environments: dict[int, Any] = {}
    while True:
        try:
            request = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = _answer(request, environments)
        except Exception as error:  # reported to the caller, whatever it is
            answer = _Failure(f"{type(error).__name__}: {error}")
        pipe.send(answer)


def _answer(request: _Request, environments: dict[int, Any]) -> Any:
    match request.what:
        case "load":
            environments[request.engine] = _load(request.text)
        case "drop":
            environments.pop(request.engine, None)
        case "cpu":
            return time.process_time()
        case "reset":
            return _observation(environments[request.engine].reset())
        case "step":
            return _observation(environments[request.engine].step(request.text)[0])
    return None


def _load(text: str) -> Any:
    import textworld
    from alfworld.agents.environment.alfred_tw_env import AlfredDemangler, AlfredInfos

    wanted = textworld.EnvInfos(won=True, admissible_commands=True, extras=["gamefile"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.tw-pddl"
        path.write_text(text, encoding="utf-8")
        return textworld.start(str(path), wanted, wrappers=[AlfredDemangler(shuffle=False), AlfredInfos()])


def _observation(state: Any) -> Observation:
    return Observation(state["feedback"], tuple(state["admissible_commands"]), bool(state["won"]))
