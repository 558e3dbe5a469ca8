"""Ray: a local cluster or a running one, and players as its actors. The only module that imports Ray."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError
from harness.core.extras import check_installed
from harness.llm.redact import one_line
from harness.run.config.settings import Executor
from harness.run.plan import Plan
from harness.run.players.cluster.crew import Crew, Terms
from harness.run.players.cluster.faults import PlayerLost
from harness.run.players.cluster.player import Job, Player
from harness.run.players.cluster.wire import Offer, Wire, WireBroken

MOST_ROLLOUTS = 64
"""The most rollouts that one player plays at a time."""

OBJECTS = 128 << 20
"""Bytes of shared memory of a local cluster: texts longer than 100 kB pass through it."""

CLOSING = 5.0
"""Seconds that a player has to clean up."""

CONNECTING = 5.0
"""Seconds that a cluster's address has to answer."""

HEAD = 2.0
"""Seconds within which the head of the cluster must take a connection; Ray's own calls to a dead one block."""

OUTLIVING, BEYOND = "RAY_gcs_rpc_server_reconnect_timeout_s", 300.0
"""The variable for the seconds after which Ray ends a process whose cluster's head is gone, and how many more than
`executor.wait` they are, so that the run ends by itself before that."""

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DISABLE_IMPORT_WARNING": "1",
}
"""Variables that keep Ray from reporting home and from warning on the screen."""


@contextmanager
def crew_on_ray(ready: Plan) -> Iterator[Crew]:
    """Give the players of a run on a Ray cluster; a cluster that was started for them ends with them.

    Raises
    ------
    ConfigError
        If Ray is not installed, or no cluster answers at the address.
    """
    settings = ready.settings
    with connected(settings.executor, cpus=_wanted(settings.executor)) as ray:
        players = settings.executor.players or max(1, int(ray.cluster_resources().get("CPU", 1)))
        players = min(players, settings.concurrency)
        terms = Terms(
            players,
            window=min(MOST_ROLLOUTS, -(-settings.concurrency // players)),
            wait=settings.executor.wait,
            timeout=settings.timeouts.task,
        )
        actor, head = _actor(ray), _head(ray)
        job = Job(str(Path.cwd()), tuple(sys.path), cpus=1, settings=pickle.dumps(settings))
        yield Crew(
            lambda: RayPlayer(ray, actor, head),
            job,
            description=ready.description,
            terms=terms,
            shortage=lambda: shortage(ray),
        )


@contextmanager
def connected(executor: Executor, *, cpus: int | None = None) -> Iterator[Any]:
    """Give the module of Ray, connected: to the cluster of the address, or to a local one that ends with the block.

    A program that has connected itself before (a notebook) stays connected.

    Parameters
    ----------
    cpus
        Of a local cluster; None: this machine's.
    """
    os.environ.setdefault(OUTLIVING, f"{executor.wait + BEYOND:.0f}")
    ray = imported()
    if ray.is_initialized():
        yield ray
        return
    _check_address(executor.address)
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    with _own_signals():
        try:
            if executor.address is None:
                ray.init(address="local", num_cpus=cpus, include_dashboard=False, object_store_memory=OBJECTS, **quiet)
            else:
                ray.init(address=executor.address, **quiet)
        except BaseException as error:
            with suppress(Exception):
                ray.shutdown()
            if not isinstance(error, Exception):
                raise
            where = "a local cluster did not start" if executor.address is None else "no cluster answers there"
            named = "null" if executor.address is None else executor.address
            raise ConfigError(f"executor.address={named}: {where} ({one_line(error)})") from None
    try:
        with _unheard(ray):
            yield ray
    finally:
        with _own_signals():
            ray.shutdown()


def imported() -> Any:
    """Return the module of Ray, kept from writing tokens, reporting home and printing.

    Raises
    ------
    ConfigError
        If it is not installed.
    """
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")  # tokens would be written to the home folder
    os.environ.setdefault("RAY_worker_niceness", "0")  # players do the run's work: no less urgent than the run itself
    for name, value in QUIET.items():
        os.environ[name] = value
    check_installed("executor=ray", "ray")
    import ray

    return ray


class RayPlayer:
    """A player as an actor; see `harness.run.players.cluster.line.Remote`.

    Its mail goes over a connection of its own, and where the machines do not let that through, by calls of the actor.
    """

    def __init__(self, ray: Any, kind: Any, head: str) -> None:
        self._ray = ray
        self._kind = kind
        self._head = head
        self._actor: Any = None
        self._wire: Wire | None = None
        self._staying: asyncio.Task[Any] | None = None

    async def begin(self, job: Job) -> bytes:
        """See `Player.begin`."""
        if not await self._headed():
            raise PlayerLost(f"the cluster's head, {self._head}, does not answer")
        self._actor = self._kind.remote()
        offer, connected = Offer(), False
        try:
            async with offer.open(self._ray.util.get_node_ip_address()) as where:
                begun, connected = await self._told(self._actor.begin.remote(job, where))
        finally:
            if offer.wire is not None and not connected:
                offer.wire.close()
        if connected:
            self._wire = offer.wire
            self._staying = asyncio.create_task(self._told(self._actor.stay.remote()))
            self._staying.add_done_callback(self._ended)
        return bytes(begun)

    async def hand_in(self, mail: list[bytes]) -> None:
        """See `Player.hand_in`."""
        if self._wire is None:
            await self._told(self._actor.hand_in.remote(mail))
            return
        try:
            await self._wire.send(mail)
        except WireBroken:
            raise await self._loss() from None

    async def take_out(self) -> list[bytes]:
        """See `Player.take_out`."""
        if self._wire is None:
            taken: list[bytes] = await self._told(self._actor.take_out.remote())
            return taken
        try:
            return await self._wire.receive()
        except WireBroken:
            raise await self._loss() from None

    async def close(self) -> None:
        """See `Remote.close`."""
        if self._actor is not None:
            with suppress(PlayerLost, TimeoutError):
                async with asyncio.timeout(CLOSING):
                    await self._told(self._actor.close.remote())
            if await self._headed():
                with suppress(Exception):  # it is gone
                    self._ray.kill(self._actor, no_restart=True)
        if self._wire is not None:
            self._wire.close()
        if self._staying is not None:
            self._staying.cancel()

    async def _headed(self) -> bool:
        return await asyncio.to_thread(_listens, self._head)

    def _ended(self, staying: asyncio.Task[Any]) -> None:
        """Break the connection of a player that is gone: a machine that vanishes does not close it."""
        if self._wire is not None:
            self._wire.close()
        if not staying.cancelled():
            staying.exception()  # `_loss` tells it

    async def _loss(self) -> PlayerLost:
        """Return why the connection broke, as soon as Ray knows."""
        assert self._staying is not None
        await asyncio.wait([self._staying], timeout=CLOSING)
        known = self._staying.exception() if self._staying.done() and not self._staying.cancelled() else None
        return known if isinstance(known, PlayerLost) else PlayerLost("the connection to it broke")

    async def _told(self, reference: Any) -> Any:
        try:
            return await reference
        except self._ray.exceptions.RayError as error:
            raise PlayerLost(reason(error)) from None


def answers(ray: Any, seconds: float) -> bool:
    """Return whether a player can be had, and answers, within some seconds."""
    player = _actor(ray).remote()
    try:
        ray.get(player.close.remote(), timeout=seconds)
    except ray.exceptions.RayError:
        return False
    finally:
        ray.kill(player)
    return True


def _actor(ray: Any) -> Any:
    """Return `Player` as an actor, which is never started again and never called again by itself."""
    return ray.remote(num_cpus=1, max_concurrency=64, max_restarts=0, max_task_retries=0, scheduling_strategy="SPREAD")(
        Player
    )


def reason(error: Exception) -> str:
    """Return why an actor is gone: the first sentence of the last line of what Ray says of it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].partition(". ")[0][:200].rstrip(".") if lines else type(error).__name__


def shortage(ray: Any) -> str:
    """Say which processors the cluster has, and how many are free."""
    if not _listens(head := _head(ray)):
        return f"the cluster's head, {head}, does not answer"
    try:
        all_of_them, free = ray.cluster_resources(), ray.available_resources()
        nodes = sum(1 for node in ray.nodes() if node["Alive"])
    except Exception as error:  # the cluster itself is gone
        return f"the cluster does not answer ({one_line(error)})"
    return (
        f"each needs one CPU, and the cluster has {all_of_them.get('CPU', 0):g} on {nodes} machines, "
        f"{free.get('CPU', 0):g} of them free"
    )


def _head(ray: Any) -> str:
    """Return the address of the process that keeps the books of the cluster."""
    return str(ray.get_runtime_context().gcs_address)


def _listens(address: str, seconds: float = HEAD) -> bool:
    try:
        _connect(address, seconds)
    except OSError:
        return False
    return True


def _connect(address: str, seconds: float) -> None:
    """Connect to an address and hang up.

    Raises
    ------
    OSError, OverflowError
        If nobody listens there.
    """
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), seconds).close()


def _wanted(executor: Executor) -> int | None:
    return executor.players if executor.address is None else None


def _check_address(address: str | None) -> None:
    """Refuse an address where nobody listens, which Ray itself notices after a minute only.

    Raises
    ------
    ConfigError
        With what the system says.
    """
    if address is None or address == "auto":
        return
    try:
        _connect(address, CONNECTING)
    except (OSError, OverflowError) as error:
        raise ConfigError(f"executor.address={address}: no cluster answers there ({error})") from None


@contextmanager
def _unheard(ray: Any) -> Iterator[None]:
    """Keep the screen free of what Ray prints of workers that died: the crew says it in a line.

    Ray has no setting for this; where its function has gone, the block only lets it print.
    """
    worker = getattr(getattr(ray, "_private", None), "worker", None)
    printing = getattr(worker, "print_to_stdstream", None)
    if printing is None:
        yield
        return
    worker.print_to_stdstream = lambda *_, **__: None  # type: ignore[union-attr]
    try:
        yield
    finally:
        worker.print_to_stdstream = printing  # type: ignore[union-attr]


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep this process's handlers of signals: Ray puts one of its own for SIGTERM in their place."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
