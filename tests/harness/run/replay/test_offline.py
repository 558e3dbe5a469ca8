"""Inside of `offline` this process asks nobody."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator

import pytest

from harness.run.replay.offline import Offline, offline


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_connections_datagrams_and_look_ups_are_refused(port: int) -> None:
    with offline():
        with pytest.raises(Offline):
            socket.create_connection(("127.0.0.1", port), timeout=1)
        with pytest.raises(Offline):
            socket.getaddrinfo("example.org", 443)
        with pytest.raises(Offline), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.sendto(b"x", ("127.0.0.1", port))
        with pytest.raises(OSError, match="offline"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=1)
    socket.create_connection(("127.0.0.1", port), timeout=1).close()


def test_sockets_of_this_machines_own_processes_work() -> None:
    with offline():
        one, other = socket.socketpair()
        with one, other:
            one.sendall(b"x")
            assert other.recv(1) == b"x"
