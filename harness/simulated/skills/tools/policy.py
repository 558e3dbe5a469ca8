"""The agent with tools: it plans by the question, calls what it has, and does the rest in its head."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...attention import Mind, recall
from ...reading import Chat
from ...tokens import count_tokens
from ...tool_talk import block
from .episode import Asking, Episode, failed
from .question import kind_of, read_question
from .tables import Rows, number, rows_of, written
from .totals import Totals, read_totals, summed

_UNKNOWN = "unknown"
_FACTS = {
    "founded": r"founded in (\d+)",
    "inhabitants": r"(\d+) inhabitants",
    "metres": r"(\d+) metres",
}


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
        question = self.question
        plan = {
            "total": self._total,
            "count": lambda: self._squares(question.file, "", question.what),
            "run": self._run,
            "fact": self._fact,
            "sum": self._sum,
            "years": self._years,
            "list": self._list,
        }.get(question.operation)
        return plan() if plan else None

    def _total(self) -> str | None:
        totals = self._totals(self.question.file, "")
        if totals is None:
            return None
        value = next((of[self.question.what] for of in totals.values() if self.question.what in of), None)
        return None if value is None else written(value)

    def _run(self) -> str | None:
        file = self.question.file
        if (tool := self.episode.able("run", kind_of(file))) is not None:
            result = self.episode.call(tool, file)
            return None if failed(result) else " ".join(result.split())
        rows = self._rows(file, "", reckoned=True)
        amounts = [value for row in rows[1:] if (value := number(row[-1])) is not None]
        return written(sum(amounts)) if amounts else None

    def _fact(self) -> str | None:
        pages = self._pages([self.question.what])
        found = re.search(rf"{self.question.attribute} is ([A-Z]\w+(?: [A-Z]\w+)*)", pages[0]) if pages else None
        return found[1] if found else None

    def _sum(self) -> str | None:
        towns = self._first_column(self.question.file, "")
        pages = self._pages(towns) if towns else []
        values = [self._value(town, page, self.question.what) for town, page in zip(towns, pages, strict=False)]
        return written(sum(filter(None, values))) if pages and None not in values else None

    def _years(self) -> str | None:
        members = self._members()
        asked = set(re.findall(r"[a-z]{4,}", self.episode.question.lower()))
        member = next((name for name in members if name.partition(".")[0].lower() in asked), "")
        totals = self._totals(self.question.file, member) if member else None
        if not totals:
            return None
        by_town = next(iter(totals.values()))
        best = max(by_town, key=lambda town: (by_town[town], town))
        pages = self._pages([best])
        founded = self._value(best, pages[0], "founded") if pages else None
        return None if founded is None else written(int(self.question.what) - founded)

    def _list(self) -> str | None:
        orders, struck, *_ = (*self.question.named, "", "")
        image = next((name for name in self.question.named if kind_of(name) == "png"), "")
        file = self.question.file
        towns, out = self._first_column(file, orders), self._first_column(file, struck)
        squares = self._squares(file, image, self.question.what)
        if not towns or not out or squares is None:
            return None
        left = sorted(set(towns) - set(out))
        pages = self._pages(left)
        kept = []
        for town, page in zip(left, pages, strict=False):
            height, founded = self._value(town, page, "metres"), self._value(town, page, "founded")
            if height is not None and founded is not None and height >= 100 * int(squares):
                kept.append((founded, town))
        return ", ".join(town for _, town in sorted(kept)) or "none"

    def _totals(self, file: str, member: str) -> Totals | None:
        """Return what the last column adds up to for each value of the others: by a tool, else in the head."""
        tool = self.episode.able("total", kind_of(member or file), bool(member))
        if tool is not None:
            result = self.episode.call(tool, *((file, member) if member else (file,)))
            if (totals := read_totals(result)) is not None:
                return totals
        rows = self._rows(file, member, reckoned=True)
        return summed(rows) if rows else None

    def _first_column(self, file: str, member: str) -> list[str]:
        """Return the different values of a table's first column."""
        rows = self._rows(file, member)
        if not rows:
            totals = self._totals(file, member)
            return list(next(iter(totals.values()))) if totals else []
        return list(dict.fromkeys(row[0] for row in rows[1:]))

    def _rows(self, file: str, member: str, *, reckoned: bool = False) -> Rows:
        """Return a table, header first; where it is to be reckoned with in the head, as far as no row is missed."""
        tool = self.episode.able("read", kind_of(member or file), bool(member))
        if tool is None and not member:
            tool = self.episode.able("read", "txt")  # worth a try
        if tool is None:
            return []
        text = self.episode.call(tool, *((file, member) if member else (file,)))
        rows = [] if failed(text) else rows_of(text)
        if not reckoned or self.mind.chance(self.mind.profile.sense, "careful", self.episode.key):
            return rows
        tokens, last = count_tokens(text), max(1, len(rows) - 1)
        return [
            row
            for index, row in enumerate(rows)
            if index == 0
            or self.mind.chance(recall(self.mind.profile, index / last, tokens), "row", self.episode.key, index)
        ]

    def _members(self) -> list[str]:
        tool = self.episode.able("list", "zip")
        if tool is None:
            return []
        result = self.episode.call(tool, self.question.file)
        return [] if failed(result) else re.findall(r"[\w-]+\.\w+", result)

    def _squares(self, file: str, member: str, colour: str) -> str | None:
        tool = self.episode.able("count", "png", bool(member))
        if tool is None:
            return None
        result = self.episode.call(tool, *((file, colour, member) if member else (file, colour)))
        return result if result.isdigit() else None

    def _pages(self, names: Sequence[str]) -> list[str]:
        """Return the page of each name: by one call each, else by a search and a fetch."""
        if (tool := self.episode.able("page")) is not None:
            return self.episode.calls([(tool, [name]) for name in names])
        search, fetch = self.episode.able("search"), self.episode.able("fetch")
        if search is None or fetch is None:
            return []
        found = self.episode.calls([(search, [name]) for name in names])
        urls = [_url(result, name) for result, name in zip(found, names, strict=True)]
        return self.episode.calls([(fetch, [url]) for url in urls])

    def _value(self, name: str, page: str, attribute: str) -> int | None:
        """Return a number that a page states; now and then the wrong one."""
        numbers = re.findall(r"\d+", page)
        found = re.search(_FACTS.get(attribute, rf"(\d+) {re.escape(attribute)}"), page)
        if numbers and self.mind.chance(self.mind.profile.slip, "slip", self.episode.key, name, attribute):
            return int(numbers[int(self.mind.draw("misread", self.episode.key, name) * len(numbers))])
        return int(found[1]) if found else None


def _url(result: str, name: str) -> str:
    """Return the address of the page whose title is the name, else of the first one."""
    hits = re.findall(r'"url": "([^"]+)", "title": "([^"]+)"', result)
    return next((url for url, title in hits if title.lower() == name.lower()), hits[0][0] if hits else "")
