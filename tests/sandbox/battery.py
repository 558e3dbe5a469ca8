"""Run every attack in one mode and write what came of each: ``python -m tests.sandbox.battery MODE``.

A program of its own, so that the tests can run it as another user.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import envs.gaia.sandbox
from envs.gaia.sandbox import Limits, Outcome, Sandbox, open_sandbox

OWN = Path(__file__).parent / "attacks"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "sandbox_attacks"
LIMITS = Limits(wall=6, cpu=2)
SECRET = "sk-battery-4f1c77"
MAX_HOST_GROWTH = 200 << 20


def attacks() -> dict[str, Path]:
    """Return the attacks by name: our own and, where they are, the shared ones."""
    return {path.stem: path for folder in (SHARED, OWN) for path in sorted(folder.glob("[ab]*.py"))}


@dataclass
class Host:
    """What the attacks aim at."""

    folder: Path
    victim: subprocess.Popen[bytes]
    tcp: socket.socket
    udp: socket.socket

    def context(self) -> dict[str, object]:
        return {
            "secret": SECRET,
            "host_pid": os.getpid(),
            "canary_dir": str(self.folder / "canary"),
            "code_dir": str(Path(envs.gaia.sandbox.__file__).parent),
            "tcp_port": self.tcp.getsockname()[1],
            "udp_port": self.udp.getsockname()[1],
            "victim_pid": self.victim.pid,
            "input_file": "input.txt",
            "gold_file": str(self.folder / "gold" / "gold.json"),
        }

    def harmed(self) -> list[str]:
        """Return what an attack did to the host."""
        found = [str(path) for path in (self.folder / "canary").iterdir()]
        code = Path(envs.gaia.sandbox.__file__).parent
        # A home that is closed to this user was closed to the tool; the test looks there again.
        places = [code, Path("/usr/local/lib"), Path("/etc"), Path.home()]
        found += [str(place) for place in places if os.path.lexists(place / "owned_by_tool")]
        if (self.folder / "input.txt").read_text() != "an input\n":
            found.append("input changed")
        if self.victim.poll() is not None:
            found.append("victim killed")
        for server in (self.tcp, self.udp):
            with contextlib.suppress(BlockingIOError):
                server.accept() if server is self.tcp else server.recv(100)
                found.append("heard on the network")
        return found


@contextlib.contextmanager
def host(folder: Path):
    for name in ("canary", "gold"):
        (folder / name).mkdir()
        (folder / name).chmod(0o777)
    (folder / "gold" / "gold.json").write_text('{"answer": "gold"}')
    (folder / "input.txt").write_text("an input\n")
    (folder / "input.txt").chmod(0o666)
    os.environ["API_KEY"] = SECRET
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as victim,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.bind(("127.0.0.1", 0))
        tcp.setblocking(False)
        udp.setblocking(False)
        try:
            yield Host(folder, victim, tcp, udp)
        finally:
            victim.kill()


async def attack(sandbox: Sandbox, target: Host, path: Path) -> dict[str, object]:
    source = path.read_text()  # noqa: ASYNC240
    outcome: Outcome | None = None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(2 if "TWICE" in source or "state_leak" in path.stem else 1):
        outcome = await sandbox.call(
            source, "run", arguments={"ctx": target.context()}, inputs=[target.folder / "input.txt"], limits=LIMITS
        )
    assert outcome is not None
    said = outcome.value if isinstance(outcome.value, dict) else {"breached": False}
    harm = target.harmed()
    if (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 > MAX_HOST_GROWTH:
        harm.append("the host's memory grew")
    if len(outcome.output) > LIMITS.output_kept:
        harm.append("too much output kept")
    if outcome.seconds > LIMITS.wall + 2:
        harm.append("it ran too long")
    if said.get("functional_fail"):
        harm.append("the input was not readable")
    return {
        "breached": bool(said["breached"]) or bool(harm),
        "detail": said.get("detail"),
        "harm": harm,
        "error": outcome.error,
        "limit": outcome.limit,
        "seconds": round(outcome.seconds, 3),
    }


async def battery(mode: str) -> dict[str, dict[str, object]]:
    sandbox = open_sandbox(mode, size=1)  # type: ignore[arg-type]
    try:
        with tempfile.TemporaryDirectory() as folder, host(Path(folder)) as target:
            return {name: await attack(sandbox, target, path) for name, path in attacks().items()}
    finally:
        await sandbox.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(battery(sys.argv[1])), indent=1, default=str))
