"""Generated tasks: seeded to the byte, of every kind, and their oracle agrees with what the readers read."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from envs.gaia.agent import Bounds
from envs.gaia.generate import World, generate_tasks
from envs.gaia.generate.files import WRITERS, Sheet, as_png
from envs.gaia.generate.parts import LACKING
from envs.gaia.sandbox import open_sandbox
from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock
from envs.gaia.scorer import score
from envs.gaia.web import Web

SHEET = Sheet("Numbers & <more>", ("town", "amount"), tuple((f"Ort{n}", n * 7) for n in range(60)))
READERS = Path(__file__).parent / "readers.py"
needs_sandbox = pytest.mark.skipif(why_not_bwrap() is not None and why_not_landlock() is not None, reason="no sandbox")


def test_a_seed_gives_the_same_bytes_and_another_gives_others() -> None:
    def digest(seed: int) -> str:
        return sha256(repr([(t, t.content) for t in generate_tasks(seed, 30)]).encode()).hexdigest()

    assert digest(1) == digest(1) != digest(2)


@pytest.mark.parametrize("kind", WRITERS)
def test_nothing_of_the_clock_is_in_a_file(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = WRITERS[kind](SHEET)
    monkeypatch.setattr("time.time", lambda: 2e9)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert WRITERS[kind](SHEET) == first


@pytest.mark.parametrize("ability", LACKING)
def test_nothing_of_the_clock_is_in_a_part(ability: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def content() -> bytes:
        return LACKING[ability](Random(3), World(3)).content

    first = content()
    monkeypatch.setattr("time.time", lambda: 2e9)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert content() == first


@pytest.mark.parametrize("ability", LACKING)
def test_no_part_can_be_read_to_its_end_as_plain_text(ability: str) -> None:
    content = LACKING[ability](Random(5), World(5)).content
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    assert len(text) > Bounds().letters or "base64" in text


def test_levels_chain_and_splits_differ() -> None:
    tasks = generate_tasks(0, 30)
    assert Counter(task.level for task in tasks) == {1: 12, 2: 12, 3: 6}
    assert len({task.id for task in tasks} | {task.id for task in generate_tasks(0, 30, split="train")}) == 60
    assert all(task.file_name.endswith(".zip") for task in tasks if task.level > 1)
    assert [task for task in tasks if task.initially_solvable]
    assert generate_tasks(0, 10) == tasks[:10]


def test_every_answer_answers_itself_and_is_not_in_the_question() -> None:
    for task in generate_tasks(3, 40):
        assert score(task.answer, task.answer)
        assert re.search(rf"\b{re.escape(task.answer)}\b", task.question) is None or len(task.answer) < 3


def test_the_web_has_two_hundred_pages() -> None:
    assert len(World(0).pages()) >= 200


async def test_search_and_fetch_lead_to_the_page() -> None:
    world = World(0)
    web = Web(world.pages())
    for place in world.places[:20]:
        found = await web.search(f"mayor of {place.name}")
        assert isinstance(found, list)
        assert place.url in [hit["url"] for hit in found if isinstance(hit, dict)]
        assert place.mayor in str(await web.fetch(place.url))
    assert await web.search('"*) OR -') == await web.search("or")
    with pytest.raises(LookupError, match="no page"):
        await web.fetch("https://nowhere.example")


@needs_sandbox
async def test_readers_in_the_sandbox_read_every_kind(tmp_path: Path) -> None:
    sandbox = open_sandbox("auto", size=1)
    expected = [[town, amount] for town, amount in SHEET.rows]
    try:
        for kind, write in WRITERS.items():
            file = tmp_path / f"a.{kind}"
            file.write_bytes(write(SHEET))
            outcome = await sandbox.call(READERS.read_text(), "read", arguments={"path": file.name}, inputs=[file])
            assert outcome.error is None, (kind, outcome.error)
            assert outcome.value == expected, kind
        (tmp_path / "a.png").write_bytes(as_png([["red", "blue"], ["red", "black"]]))
        arguments = {"path": "a.png", "colour": [255, 0, 0]}
        outcome = await sandbox.call(READERS.read_text(), "squares", arguments=arguments, inputs=[tmp_path / "a.png"])  # type: ignore[arg-type]
        assert outcome.value == 2
    finally:
        await sandbox.close()
