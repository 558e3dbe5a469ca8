"""A tool reaches the host by two functions of one text, and by nothing else."""

from __future__ import annotations

import pytest

from envs.gaia.sandbox import JSON, Limits, Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Library:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def search(self, query: str) -> JSON:
        self.asked.append(query)
        return [{"url": "page:1", "title": query.upper()}]

    async def fetch(self, url: str) -> JSON:
        self.asked.append(url)
        if url == "page:none":
            raise LookupError("no such page")
        return "long " * 200_000 if url == "page:long" else f"text of {url}"


async def test_search_and_fetch_answer(sandbox: Sandbox) -> None:
    source = "def run(q):\n    return fetch(search(q)[0]['url'])"
    library = Library()
    outcome = await sandbox.call(source, "run", arguments={"q": "tides"}, broker=library)
    assert outcome.value == "text of page:1"
    assert library.asked == ["tides", "page:1"]


async def test_without_a_broker_there_are_none(sandbox: Sandbox) -> None:
    outcome = await sandbox.call("def run():\n    return search('x')", "run", arguments={})
    assert "NameError" in str(outcome.error)


async def test_an_error_of_the_host_is_an_error_in_the_tool(sandbox: Sandbox) -> None:
    source = "def run():\n    try: fetch('page:none')\n    except RuntimeError as e: return str(e)"
    outcome = await sandbox.call(source, "run", arguments={}, broker=Library())
    assert outcome.value == "fetch: LookupError: no such page"


async def test_a_long_page_is_cut(sandbox: Sandbox) -> None:
    outcome = await sandbox.call(
        "def run():\n    return len(fetch('page:long'))", "run", arguments={}, broker=Library()
    )
    assert isinstance(outcome.value, int)
    assert 0 < outcome.value <= Limits().brokered_bytes


async def test_calls_are_counted(sandbox: Sandbox) -> None:
    source = (
        "def run():\n    n = 0\n    try:\n        while True: search('x'); n += 1\n    except RuntimeError: return n"
    )
    outcome = await sandbox.call(source, "run", arguments={}, broker=Library(), limits=Limits(brokered_calls=3))
    assert outcome.value == 3


async def test_who_does_not_stop_asking_is_stopped(sandbox: Sandbox) -> None:
    source = "def run():\n    while True:\n        try: search('x')\n        except RuntimeError: pass"
    library = Library()
    outcome = await sandbox.call(source, "run", arguments={}, broker=library, limits=Limits(brokered_calls=3))
    assert outcome.limit == "calls"
    assert len(library.asked) == 3


@pytest.mark.parametrize(
    "question",
    [
        '{"ask": "close", "text": "x"}',
        '{"ask": "search", "text": ["x"]}',
        '{"ask": [], "text": {}}',
        '{"ask": "fetch"}',
    ],
)
async def test_no_other_question_is_answered(sandbox: Sandbox, question: str) -> None:
    source = (
        f"import os\ndef run():\n    os.write(3, {question.encode()!r} + b'\\n')\n    return os.read(3, 9999).decode()"
    )
    library = Library()
    outcome = await sandbox.call(source, "run", arguments={}, broker=library)
    assert "the host answers search, fetch" in str(outcome.value)
    assert library.asked == []
