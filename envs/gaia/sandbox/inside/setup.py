"""What the host tells a sandbox at its start, and for each call. Neither holds a secret."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

LAYERS = ("capabilities", "rlimits", "landlock", "seccomp")
"""What a child puts on itself, in this order."""


@dataclass(frozen=True)
class Setup:
    """A sandbox as its inside sees it.

    Attributes
    ----------
    box
        The directory with ``inputs`` (this call's, read-only), ``scratch`` (the working directory) and ``outside``
        (writable, but for no tool: what Landlock is proven on).
    readable
        What a tool may read besides: the standard library, the readers, shared libraries.
    site
        The directory to import the readers from.
    preload
        Modules that are imported once, for all calls.
    namespaces
        Whether it runs in namespaces of its own, on a root that nobody may write.
    layers
        All of `LAYERS`; tests leave one out.
    """

    box: str
    readable: tuple[str, ...]
    site: str
    preload: tuple[str, ...]
    namespaces: bool
    layers: tuple[str, ...] = LAYERS

    @property
    def inputs(self) -> str:
        """Where this call's inputs are."""
        return f"{self.box}/inputs"

    @property
    def scratch(self) -> str:
        """The working directory, empty at the start of a call but for links to the inputs."""
        return f"{self.box}/scratch"

    @property
    def outside(self) -> str:
        """A directory that file permissions leave open and Landlock must not."""
        return f"{self.box}/outside"

    def to_json(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Setup:
        """Read what `to_json` wrote."""
        raw: dict[str, Any] = json.loads(text)
        for name in ("readable", "preload", "layers"):
            raw[name] = tuple(raw[name])
        return Setup(**raw)


@dataclass(frozen=True)
class Bounds:
    """The limits of one call that are held inside: seconds of wall clock and of processor, bytes of memory and disk."""

    wall: float
    cpu: int
    memory: int
    disk: int
