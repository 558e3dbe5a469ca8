"""Descriptors that a forked child must not keep: what a process locks stays locked while any other has it open.

`subprocess` closes them by itself; ``multiprocessing`` forks on Linux, and its workers may outlive the run.
"""

from __future__ import annotations

import os

_own: set[int] = set()


def own(descriptor: int) -> int:
    """Keep an open descriptor from forked children, until `disown`; return it."""
    _own.add(descriptor)
    return descriptor


def disown(descriptor: int) -> None:
    """Forget a descriptor that is about to be closed."""
    _own.discard(descriptor)


def _let_go() -> None:
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for descriptor in _own:
        os.dup2(nothing, descriptor, inheritable=False)  # its number stays taken: an object of the parent may close it
    os.close(nothing)
    _own.clear()


os.register_at_fork(after_in_child=_let_go)
