"""The agent with tools: it finds each number with what it has, and does the rest in its head."""

from __future__ import annotations

import json
import re

from ...attention import Mind, recall
from ...reading import Chat
from ...tokens import count_tokens
from ...tool_talk import block
from .episode import Asking, Episode, failed
from .question import ON_PAGES, Wanted, read_question
from .tables import number, rows_of, written

_UNKNOWN = "unknown"
_SQL = (
    "SELECT sum(o.amount) FROM orders o JOIN customers c ON c.id = o.customer "
    "WHERE o.good = '{key}' AND c.town = '{more}'"
)


def act(chat: Chat, mind: Mind) -> str:
    """Return the agent's next message: a thought with calls, or the final answer."""
    episode = Episode(chat, mind)
    if episode.over:
        return f"I could not finish.\nFINAL ANSWER: {_UNKNOWN}"
    try:
        answer = _Solver(episode).solve()
    except Asking as asking:
        names = ", ".join(dict.fromkeys(name for name, _ in asking.calls))
        calls = "\n".join(block(name, arguments) for name, arguments in asking.calls)
        return f"Next I call {names}.\n{calls}"
    if answer is None:
        return f"I have no tool with which I could find this out.\nFINAL ANSWER: {_UNKNOWN}"
    return f"I have what the question asks for.\nFINAL ANSWER: {answer}"


class _Solver:
    def __init__(self, episode: Episode) -> None:
        self.episode = episode
        self.mind = episode.mind
        self.question = read_question(episode.question)

    def solve(self) -> str | None:
        """Return the answer, None where there is no way to it."""
        values = []
        for wanted in self.question.wanted:
            value = self._on_pages(wanted) if wanted.ability in ON_PAGES else self._in_file(wanted)
            if value is None:
                return None
            values.append(value)
        if not values:
            return None
        if self.question.operation == "ascending":
            return ", ".join(written(value) for value in sorted(values))
        first, *rest = values
        return written(first - sum(rest) if self.question.operation == "-" else first + sum(rest))

    def _in_file(self, wanted: Wanted) -> float | None:
        path = self._path(wanted.file)
        tool = self.episode.able(wanted.ability)
        if path is None or tool is None:
            return None
        if wanted.ability == "read":
            return self._total(self.episode.call(tool, path), wanted.key)
        key = _SQL.format(key=wanted.key, more=wanted.more) if wanted.ability == "database" else wanted.key
        result = self.episode.call(tool, path, *([key] if key else []))
        return None if failed(result) else _number(result)

    def _path(self, file: str) -> str | None:
        """Return where a file is: itself, or found in the archive."""
        if not self.question.archived:
            return file
        tool = self.episode.able("archive")
        if tool is None:
            return None
        listed = self.episode.call(tool, self.question.attached)
        return next((path for path in re.findall(r'"([^"]+)"', listed) if path.endswith(f"!{file}")), None)

    def _total(self, text: str, key: str) -> float | None:
        """Add up a table in the head, where rows can be missed."""
        rows = [] if failed(text) else rows_of(text)[1:]
        tokens, last = count_tokens(text), max(1, len(rows) - 1)
        careful = self.mind.chance(self.mind.profile.sense, "careful", self.episode.key)
        total = 0.0
        for index, row in enumerate(rows):
            chance = recall(self.mind.profile, index / last, tokens=tokens)
            if key in row and (careful or self.mind.chance(chance, "row", self.episode.key, index)):
                total += number(row[-1]) or 0.0
        return total if rows else None

    def _on_pages(self, wanted: Wanted) -> float | None:
        if wanted.ability == "trade":
            return self._listed(wanted.key)
        about = f"{wanted.key} census" if wanted.ability == "census" else wanted.key
        titles = rf"{wanted.key}, census of (\d+)" if wanted.ability == "census" else rf"{wanted.key}()"
        hits = self._search(about)
        found = sorted((match[1], url) for url, title in hits if (match := re.fullmatch(titles, title)))
        page = self._fetch(found[-1][1]) if found else ""
        form = {"census": r"has (\d+) inhabitants", "founded": r"founded in (\d+)", "centimetres": r"(\d+) metres"}
        numbers = re.findall(r"\d+", page)
        match = re.search(form[wanted.ability], page)
        if match is None:
            return None
        value = int(match[1])
        if self.mind.chance(self.mind.profile.slip, "slip", self.episode.key, wanted.key):
            value = int(numbers[int(self.mind.draw("misread", self.episode.key, wanted.key) * len(numbers))])
        return value * (100.0 if wanted.ability == "centimetres" else 1.0)

    def _listed(self, trade: str) -> float | None:
        """Count the towns on all pages of a list."""
        hits = [url for url, title in self._search(f"{trade} trade") if f"The {trade} trade, page 1 " in f"{title} "]
        if not hits:
            return None
        url, towns, seen = hits[0], 0, set[str]()
        while url and url not in seen:
            seen.add(url)
            page = self._fetch(url)
            match = re.search(r"live on \w+: ([^.]+)\.", page)
            towns += len(match[1].split(",")) if match else 0
            url = more[1] if (more := re.search(r"goes on at (\S+)", page)) else ""
        return float(towns)

    def _search(self, words: str) -> list[tuple[str, str]]:
        tool = self.episode.able("search")
        result = self.episode.call(tool, words) if tool is not None else ""
        return re.findall(r'"url": "([^"]+)", "title": "([^"]+)"', result)

    def _fetch(self, url: str) -> str:
        tool = self.episode.able("fetch")
        return self.episode.call(tool, url) if tool is not None else ""


def _number(result: str) -> float | None:
    """Return the one number in a result."""
    try:
        value = json.loads(result)
    except ValueError:
        return None
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
