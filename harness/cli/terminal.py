"""A Rich console that shows texts of records, models and errors as text: no markup, no control characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook
from rich.segment import Segment
from rich.text import Text

from harness.core.printable import printable


class Terminal(Console):
    """Standard output. Texts are cleaned before their width is measured, and once more as they are printed."""

    def __init__(self, width: int | None = None) -> None:
        super().__init__(markup=False, emoji=False, width=width)
        self.push_render_hook(_Cleaning())

    def render_str(self, text: str, **settings: Any) -> Text:
        """Return a text without reading markup in it."""
        return super().render_str(printable(text, lines=True), **settings)


class _Cleaning(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Clean(renderable) for renderable in renderables]


class _Clean:
    def __init__(self, inner: RenderableType) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._inner, options):
            text = segment.text if segment.control else printable(segment.text, lines=True)
            yield Segment(text, segment.style, segment.control)
