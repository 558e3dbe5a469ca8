"""A folder served to browsers of this machine alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError

LOOPBACK = "127.0.0.1"


class _Pages(SimpleHTTPRequestHandler):
    """Files of the folder, never kept by the browser; no listings; no other name than this machine's own."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def send_head(self) -> Any:
        """Answer a request, if it was sent to this address: another site's name may lead here (DNS rebinding)."""
        port = self.request.getsockname()[1]
        if self.headers.get("Host") not in (f"{LOOPBACK}:{port}", f"localhost:{port}"):
            self.send_error(403)
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002
        """Refuse to list a folder: the pages link to every file."""
        self.send_error(404)

    def end_headers(self) -> None:
        """Keep browsers from keeping what changes."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing of requests."""


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve a folder on the loopback interface; yield its address, as ``http://127.0.0.1:PORT``.

    Parameters
    ----------
    port
        0: any free one.

    Raises
    ------
    ConfigError
        If the port is taken or not allowed.
    """
    try:
        server = ThreadingHTTPServer((LOOPBACK, port), partial(_Pages, directory=str(folder)))
    except OSError as error:
        raise ConfigError(f"cannot serve on {LOOPBACK}:{port}: {error.strerror}; choose another with --port") from None
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
