"""An agent that reads generated questions by their wording and calls the reference tools: no model, the whole path."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from harness.core.domain import Usage
from harness.core.messages import Answer, Message, ToolCall, ToolSchema

_FILE = r"(?P<file>[\w-]+\.[\w.]*\w)"
_GOOD = r"amount of (?P<key>\w+)"
TOOLS: Mapping[str, str] = {
    "total_of_sheets": rf"{_GOOD} over all sheets of {_FILE}",
    "compute_cell": rf"cell (?P<key>\w+) of {_FILE}",
    "total_of_region": rf"merged region (?P<key>\w+) of {_FILE}",
    "notes_of_slide": rf"slide (?P<key>\d+) of {_FILE}",
    "total_of_attachment": rf"{_GOOD} in the workbook attached to the mail {_FILE}",
    "query_database": rf"{_GOOD} ordered by customers from (?P<town>\w+) in the database {_FILE}",
    "addresses_in_log": rf"status (?P<key>\d+) in the log {_FILE}",
    "total_of_ebcdic": rf"{_GOOD} in the fixed-width EBCDIC file {_FILE}",
    "minutes_in_calendar": rf"events called (?P<key>\w+) in the calendar {_FILE}",
    "climb_of_track": rf"climb in metres of the track {_FILE}",
    "count_descendants": rf"descendants of (?P<key>@\w+@) in the family tree {_FILE}",
    "crc32_of_file": rf"CRC-32 checksum of {_FILE}",
    "count_squares": rf"number of (?P<key>\w+) squares in {_FILE}",
    "read_display": rf"display in {_FILE}",
    "height_of_bar": rf"height of the (?P<key>\w+) bar in the chart {_FILE}",
    "read_barcode": rf"barcode of {_FILE}",
    "count_frames": rf"animation {_FILE}",
    "read_tones": rf"tones of {_FILE}",
    "total_of_document": rf"{_GOOD} in the tables of {_FILE}",
    "total_of_pdf": rf"{_GOOD} in the table of {_FILE}",
}
PAGES = {
    r"year in which the town of (\w+) was founded": (r"founded in (\d+)", 1),
    r"height of the town of (\w+) above the sea in centimetres": (r"lies (\d+) metres", 100),
}
SQL = (
    "SELECT sum(amount) FROM orders JOIN customers ON customers.id = customer WHERE good = '{key}' AND town = '{town}'"
)


class Reader:
    """Plays one task; a number that it has no tool for it does not find."""

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        question = messages[1].content
        results = [message.content for message in messages if message.role == "tool"]
        calls = list(self._calls(question, {tool.name: tool for tool in tools}, iter(results)))
        if len(calls) > len(results):
            name, arguments = calls[len(results)]
            call = ToolCall(f"c{len(results)}", name, json.dumps(arguments))
            return Answer("", Usage(calls=1), "tool_calls", (call,))
        return Answer(f"FINAL ANSWER: {self.answer}", Usage(calls=1))

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        json.dumps([kind, inputs])
        return await compute()

    def _calls(self, question: str, tools: Mapping[str, ToolSchema], results: Any) -> Any:
        """Yield the calls in their order; the results so far are taken from `results` as they come."""
        self.answer = "unknown"
        body, _, attached = question.partition("\n\nAttached file: ")
        clauses = re.findall(r"[Ll]et [A-D] be ([^;]+?)(?:;|\. (?=[A-Z]))", body) or [body]
        archived = "attached archive" in body
        listed = ""
        if archived and "list_archive" in tools:
            yield "list_archive", {"path": attached}
            listed = next(results, "")
        values = []
        for clause in clauses:
            value: float | None = None
            for name, form in TOOLS.items():
                match = re.search(form, clause)
                if match is None or name not in tools:
                    continue
                file = match["file"]
                path = next((p for p in re.findall(r'"([^"]+)"', listed) if p.endswith(f"!{file}")), file)
                arguments = {"path": path}
                for parameter in tools[name].parameters["properties"]:  # type: ignore[attr-defined]
                    if parameter != "path":
                        parts = match.groupdict()
                        arguments[parameter] = SQL.format(**parts) if parameter == "query" else parts["key"]
                yield name, arguments
                value = number(next(results, ""))
                break
            else:
                for form, (fact, factor) in PAGES.items():
                    if match := re.search(form, clause):
                        yield "search_web", {"query": match[1]}
                        url = re.search(r'"url": "([^"]+/places/' + match[1].lower() + ')"', next(results, ""))
                        yield "fetch_page", {"url": url[1] if url else ""}
                        found = re.search(fact, next(results, ""))
                        value = factor * int(found[1]) if found else None
                if match := re.search(r"of (\w+) by the latest census", clause):
                    yield "search_web", {"query": f"{match[1]} census"}
                    urls = re.findall(rf'"([^"]+/{match[1].lower()}/census-\d+)"', next(results, ""))
                    yield "fetch_page", {"url": max(urls, default="")}
                    found = re.search(r"has (\d+)", next(results, ""))
                    value = int(found[1]) if found else None
            if value is None:
                return
            values.append(value)
        if "ascending" in body:
            self.answer = ", ".join(f"{value:.0f}" for value in sorted(values))
        else:
            rest = sum(values[1:])
            self.answer = f"{values[0] - rest if ' A - ' in body else values[0] + rest:.0f}"


def number(result: str) -> float | None:
    found = re.fullmatch(r"\W*(-?\d+(?:\.\d+)?)\W*", result)
    return float(found[1]) if found else None
