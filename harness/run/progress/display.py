"""Progress in the terminal: a live table where there is one, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.core.printable import printable
from harness.run.progress.counts import Counts, Phase

LINE_EVERY = 5.0
"""Seconds between two plain lines."""


@contextmanager
def display() -> Iterator[Counts]:
    """Show progress on standard error while a run works; give the observer that it is to be told of."""
    counts = Counts()
    console = Console(stderr=True)
    if console.is_terminal:
        with Live(get_renderable=lambda: render(counts), console=console, refresh_per_second=4, transient=True):
            yield counts
        return
    stop = threading.Event()
    writer = threading.Thread(target=write_lines, args=(counts, stop), daemon=True)
    writer.start()
    try:
        yield counts
    finally:
        stop.set()
        writer.join()


def render(counts: Counts) -> RenderableType:
    """Return the live table: a row a phase, and a line for all."""
    table = Table(box=None, pad_edge=False)
    for title in ("phase", "", "rollouts", "success", "left"):
        table.add_column(title, justify="right" if title in ("rollouts", "success", "left") else "left")
    for phase in list(counts.phases.values()):
        bar = ProgressBar(total=max(1, phase.total), completed=phase.done, width=30)
        table.add_row(phase.name, bar, f"{phase.done}/{phase.total}", f"{100 * phase.success:.1f} %", _left(phase))
    lines: list[RenderableType] = [table, Text(counts.summary(), style="dim")]
    if counts.last_reason:
        lines.append(Text(printable(f"tried again: {counts.last_reason}"), style="yellow"))
    if counts.waiting_for:
        lines.append(Text(printable(f"retrying: {counts.waiting_for}"), style="yellow"))
    return Group(*lines)


def line(counts: Counts) -> str:
    """Return the state of the phases at work (of the last one, where none is) in a line."""
    phases = list(counts.phases.values())
    at_work = [phase for phase in phases if phase.done < phase.total] or phases[-1:]
    shown = [f"{p.name} {p.done}/{p.total} {100 * p.success:.1f} % {_left(p)}".rstrip() for p in at_work]
    waiting = [f"retrying: {counts.waiting_for}"] if counts.waiting_for else []
    return " | ".join([*shown, counts.summary(), *waiting])


def _left(phase: Phase) -> str:
    if phase.done >= phase.total or phase.left is None:
        return ""
    minutes, seconds = divmod(round(phase.left), 60)
    return f"{minutes}:{seconds:02d} left"


def write_lines(counts: Counts, stop: threading.Event) -> None:
    """Write a line to standard error every now and then, when something changed, until it is stopped."""
    began, shown = time.monotonic(), ""
    while not stop.wait(LINE_EVERY):
        now = line(counts)
        if counts.phases and now != shown:
            shown = now
            print(f"[{time.monotonic() - began:4.0f} s] {printable(now)}", file=sys.stderr, flush=True)
