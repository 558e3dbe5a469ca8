"""A tracker at work in a thread of its own: a server that is gone or slow neither stops a run nor holds it up."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from harness.core.printable import printable
from harness.llm.redact import one_line
from harness.run.tracking.tracker import Tracker

PATIENCE = 30.0
"""Seconds within which a tracker must end a piece of work that a run waits for."""

Work = Callable[[Tracker], Any]


class Aside:
    """Does what a tracker is asked, in order, until it fails or hangs; then says so, once, and asks no more.

    Parameters
    ----------
    patience
        Seconds without progress after which a tracker counts as hung.
    """

    def __init__(self, tracker: Tracker, patience: float = PATIENCE) -> None:
        self._tracker = tracker
        self._patience = patience
        self._waiting: SimpleQueue[tuple[Work, Event] | None] = SimpleQueue()
        self._ended = 0
        self._stopped = False
        Thread(target=self._work, name="tracking", daemon=True).start()

    def do(self, work: Work, *, wait: bool = True) -> None:
        """Have the tracker do something; `wait` until it is done, as long as something gets done."""
        if self._stopped:
            return
        done = Event()
        self._waiting.put((work, done))
        while wait and not self._stopped:
            ended = self._ended
            if done.wait(self._patience):
                return
            if self._ended == ended:
                self._stop(f"no answer within {self._patience:g} s")

    def close(self) -> None:
        """End the thread, after what it was asked."""
        self._waiting.put(None)

    def _work(self) -> None:
        while (next_one := self._waiting.get()) is not None:
            work, done = next_one
            try:
                if not self._stopped:
                    work(self._tracker)
            except Exception as error:  # whatever a tracker runs into is no reason to stop a paid run
                self._stop(one_line(error))
                done.set()
                with suppress(Exception):
                    self._tracker.finish(failed=True)
            finally:
                self._ended += 1
                done.set()

    def _stop(self, why: str) -> None:
        if not self._stopped:
            self._stopped = True
            print(f"tracking stopped: {printable(why)}; the record is not affected", file=sys.stderr)
