"""It fails closed: a sandbox that lacks any one layer is refused before it gets code."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from envs.gaia.sandbox import launch, open_sandbox
from envs.gaia.sandbox.box import Box
from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock
from envs.gaia.sandbox.inside import landlock
from envs.gaia.sandbox.inside.setup import LAYERS
from envs.gaia.sandbox.launch import Launch
from envs.gaia.sandbox.pool import Pool
from envs.gaia.sandbox.worker import require
from harness.core.errors import ConfigError, InfrastructureError

needs_bwrap = pytest.mark.skipif(why_not_bwrap() is not None, reason=str(why_not_bwrap()))
needs_landlock = pytest.mark.skipif(why_not_landlock() is not None, reason=str(why_not_landlock()))

PROOF_OF = {
    "capabilities": "no capabilities",
    "rlimits": "rlimits",
    "landlock": "outside read",
    "seccomp": "socket, local socket, fork, kill",
}


def plain(box: Box, control: int, info: int) -> Launch:
    return launch.plain(box, control)


def with_setup(launched: Launch, **changes: object) -> Launch:
    setup = replace(launched.setup, preload=(), **changes)  # type: ignore[arg-type]
    return Launch((*launched.command[:-1], setup.to_json()), setup)


def keeping_capabilities(start: Callable[[Box, int, int], Launch], box: Box, control: int, info: int) -> Launch:
    launched = start(box, control, info)
    return replace(launched, command=tuple("--cap-add" if w == "--cap-drop" else w for w in launched.command))


async def call(launcher: Callable[[Box, int, int], Launch]) -> object:
    sandbox = Pool("test", launcher, size=1)
    try:
        return (await sandbox.call("def run():\n    return 1", "run", arguments={})).value
    finally:
        await sandbox.close()


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(launch.bubblewrap, marks=needs_bwrap, id="bwrap"),
        pytest.param(plain, marks=needs_landlock, id="landlock"),
    ],
)
class TestTheLayersOfAChild:
    async def test_with_all_of_them_code_runs(self, start: Callable[[Box, int, int], Launch]) -> None:
        assert await call(lambda *a: with_setup(start(*a))) == 1

    @pytest.mark.parametrize("layer", LAYERS)
    async def test_without_one_of_them_it_is_refused(
        self, start: Callable[[Box, int, int], Launch], layer: str
    ) -> None:
        rest = tuple(name for name in LAYERS if name != layer)
        if layer == "capabilities":
            if os.geteuid() != 0:
                pytest.skip("a user without any has none to drop")
            start = partial(keeping_capabilities, start)
        with pytest.raises(InfrastructureError, match=f"does not hold.*{PROOF_OF[layer]}"):
            await call(lambda *a: with_setup(start(*a), layers=rest))

    async def test_with_a_variable_of_the_host_it_is_refused(
        self, start: Callable[[Box, int, int], Launch], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        leaking = {**launch.ENVIRONMENT, "API_KEY": "sk-1"}
        monkeypatch.setattr(launch, "ENVIRONMENT", leaking)
        with pytest.raises(InfrastructureError, match="clean environment"):
            await call(lambda *a: with_setup(start(*a)))


@needs_bwrap
class TestTheLayersOfBubblewrap:
    @pytest.mark.parametrize("name", launch.NAMESPACES)
    async def test_without_a_namespace_it_is_refused(self, name: str) -> None:
        def without(box: Box, control: int, info: int) -> Launch:
            launched = with_setup(launch.bubblewrap(box, control, info))
            kept = tuple(word for word in launched.command if word != f"--unshare-{name}")
            return replace(launched, command=kept)

        if name == "user" and os.geteuid() != 0:
            pytest.skip("bubblewrap makes it by itself where the user needs it")
        with pytest.raises(InfrastructureError, match=f"{name} namespace|did not start"):
            await call(without)

    async def test_on_a_writable_root_it_is_refused(self) -> None:
        def writable(box: Box, control: int, info: int) -> Launch:
            launched = with_setup(launch.bubblewrap(box, control, info))
            at = launched.command.index("--remount-ro")
            return replace(launched, command=(*launched.command[:at], *launched.command[at + 2 :]))

        with pytest.raises(InfrastructureError, match="read-only /, read-only /dev"):
            await call(writable)

    async def test_with_writable_inputs_it_is_refused(self) -> None:
        def writable(box: Box, control: int, info: int) -> Launch:
            launched = with_setup(launch.bubblewrap(box, control, info))
            at = launched.command.index("/box/inputs") - 2
            return replace(launched, command=(*launched.command[:at], "--bind", *launched.command[at + 1 :]))

        with pytest.raises(InfrastructureError, match="read-only /box/inputs"):
            await call(writable)


async def test_a_sandbox_that_does_not_start_says_why() -> None:
    def broken(box: Box, control: int, info: int) -> Launch:
        launched = launch.plain(box, control)
        return replace(launched, command=("/bin/sh", "-c", "echo no luck today >&2; exit 3"))

    with pytest.raises(InfrastructureError, match="no luck today"):
        await call(broken)


@pytest.mark.parametrize("proof", [{"fork": False}, {"fork": 1}, {"fork": True, "kill": "yes"}])
def test_a_proof_is_true_or_it_is_none(proof: dict[str, bool]) -> None:
    with pytest.raises(InfrastructureError, match="no code runs"):
        require(proof)


class TestTheChoice:
    def test_where_neither_works_it_refuses_with_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        monkeypatch.setattr(landlock, "version", lambda: 2)
        with pytest.raises(ConfigError, match=r"apt-get install bubblewrap.*lsm=landlock"):
            open_sandbox("auto")

    @needs_landlock
    def test_auto_falls_back_to_landlock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        assert open_sandbox("auto").mode == "landlock"

    def test_bwrap_where_it_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        with pytest.raises(ConfigError, match="apt-get install bubblewrap"):
            open_sandbox("bwrap")

    def test_a_kernel_without_landlock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(landlock, "version", lambda: 0)
        with pytest.raises(ConfigError, match="Landlock 0"):
            open_sandbox("landlock")

    def test_an_unknown_mode(self) -> None:
        with pytest.raises(ConfigError, match="auto, bwrap or landlock"):
            open_sandbox("docker")  # type: ignore[arg-type]
