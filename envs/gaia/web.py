"""An offline web: pages in SQLite, with full-text search. It serves tools on the host, as a `Broker`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from envs.gaia.sandbox.api import JSON

_WORD = re.compile(r"\w+")
_MAX_FOUND = 8
_MAX_WORDS = 32


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address, its title and its text."""

    url: str
    title: str
    text: str


class Web:
    """Pages that can be searched and fetched. It is kept in memory and belongs to one thread."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE page USING fts5(url UNINDEXED, title, text, tokenize='porter')")
        self._database.executemany("INSERT INTO page VALUES (?, ?, ?)", ((p.url, p.title, p.text) for p in pages))

    async def search(self, query: str) -> JSON:
        """Return up to eight pages with any word of `query`, best first: ``url``, ``title`` and ``snippet``."""
        words = list(dict.fromkeys(_WORD.findall(query.lower())))[:_MAX_WORDS]
        if not words:
            return []
        found = self._database.execute(
            "SELECT url, title, snippet(page, 2, '', '', '...', 24) FROM page WHERE page MATCH ? "
            "ORDER BY bm25(page, 0, 5, 1), url LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), _MAX_FOUND),
        )
        return [{"url": url, "title": title, "snippet": snippet} for url, title, snippet in found]

    async def fetch(self, url: str) -> JSON:
        """Return the title and the text of a page.

        Raises
        ------
        LookupError
            If there is none at `url`.
        """
        row = self._database.execute("SELECT title, text FROM page WHERE url = ?", (url,)).fetchone()
        if row is None:
            raise LookupError(f"there is no page at {url}")
        return f"{row[0]}\n\n{row[1]}"
