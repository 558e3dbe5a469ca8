"""MkDocs' hooks: pages made from the code and from the documents of the repository's root, and links that fit both."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from command_pages import commands
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from record_page import record
from setting_pages import settings

ROOT = Path(__file__).resolve().parents[2]

ROOT_PAGES = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
"""Documents of the repository's root, and the pages that they are in the manual."""

API = (
    "harness",
    "harness.core.domain",
    "harness.core.lab",
    "harness.core.method",
    "harness.core.environment",
    "harness.core.messages",
    "harness.core.errors",
    "harness.testing",
    "harness.records.reading.run",
    "harness.records.reading.frames",
    "harness.stats.paired",
    "harness.stats.two_way",
    "harness.reports.leaderboard.boards",
)
"""Modules of the Python API, in the order of its page."""

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```.*?^```)", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the pages of docs/ that the navigation does not name to the how-tos, and the design notes."""
    named = set(_named(config.nav))
    for entry in config.nav or []:
        if "How-tos" in entry:
            pages = sorted(path.name for path in Path(config.docs_dir).glob("*.md"))
            entry["How-tos"] += [page for page in pages if page not in named]
        if "Design" in entry:
            notes = sorted((Path(config.docs_dir) / "design").glob("*.md"))
            entry["Design"] += [f"design/{note.name}" for note in notes if f"design/{note.name}" not in named]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made."""
    made = {page: (ROOT / name).read_text() for name, page in ROOT_PAGES.items()}
    made |= {
        "reference/commands.md": commands(),
        "reference/settings.md": settings(),
        "reference/record.md": record(),
        "reference/python.md": "# Python API\n\n" + "\n\n".join(f"::: {module}" for module in API),
    }
    for uri, content in made.items():
        files.append(File.generated(config, uri, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Point links at pages of the manual; a link to a file that is no page becomes the file's name."""
    uri = page.file.src_uri
    origin = next((name for name, made in ROOT_PAGES.items() if made == uri), f"docs/{uri}")
    parts = FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _linked(part, origin, uri) for part in parts)


def _linked(text: str, origin: str, uri: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        image, title, target = match.groups()
        if "://" in target or target.startswith(("#", "mailto:")):
            return match[0]
        path, hash_sign, anchor = target.partition("#")
        file = posixpath.normpath(posixpath.join(posixpath.dirname(origin), path))
        inside = ROOT_PAGES.get(file) or (file.removeprefix("docs/") if file.startswith("docs/") else None)
        if inside is None:
            return f"`{file}`" if (ROOT / file).exists() else match[0]
        there = posixpath.relpath(inside, posixpath.dirname(uri) or ".")
        return f"{image}[{title}]({there}{hash_sign}{anchor})"

    return LINK.sub(replaced, text)


def _named(nav: Any) -> Iterator[str]:
    for entry in nav or []:
        for value in entry.values() if isinstance(entry, dict) else [entry]:
            if isinstance(value, str):
                yield value
            else:
                yield from _named(value)
