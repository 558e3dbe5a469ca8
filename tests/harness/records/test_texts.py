"""Questions, truths and messages of rollouts: each text once on disk, held against its key when it is read."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest

from harness.core.domain import Usage
from harness.core.errors import HarnessError
from harness.core.messages import Answer, Message, ToolCall
from harness.records.conversation import Conversation, Turn, read_conversation, write_conversation
from harness.records.spool import TextSpool
from harness.records.texts import Texts

DOCUMENT = "a line of an invoice\n" * 40
PROMPT = "You read invoices. " * 30


def finished(folder: Path, *texts: str) -> list[str]:
    spool = TextSpool(folder / "texts.jsonl")
    keys = [spool.add(text) for text in texts]
    spool.finish()
    return keys


def test_texts_come_back_by_their_keys_each_once_whatever_order_they_came_in(tmp_path: Path) -> None:
    texts = ["é\n", "", "\u2028'\"", "lone \ud800", *map(str, range(50))]
    shuffled = texts * 2
    random.Random(1).shuffle(shuffled)
    finished(tmp_path, *shuffled)
    first = (tmp_path / "texts.jsonl").read_bytes()
    keys = finished(tmp_path, *texts)
    assert (tmp_path / "texts.jsonl").read_bytes() == first
    found = Texts(tmp_path)
    assert len(found) == len(texts)
    assert [found[key] for key in keys] == [text.replace("\ud800", "?") for text in texts]
    assert keys[0] == hashlib.sha256("é\n".encode()).hexdigest()[:16]


def test_a_conversation_comes_back_whole_and_its_long_texts_are_kept_once(tmp_path: Path) -> None:
    spool = TextSpool(tmp_path / "texts.jsonl")
    turns = [
        Turn("system", PROMPT),
        Turn("user", f"<document>\n{DOCUMENT}\n</document>"),
        Turn("assistant", "", (("look", '{"at": "x"}'), ("read", DOCUMENT))),
        Turn("tool", "= seen"),
        Turn("user", ""),
    ]
    key = write_conversation(spool, turns, known=[DOCUMENT])
    other = write_conversation(spool, [Turn("system", PROMPT), Turn("user", f"Again: {DOCUMENT}")], known=[DOCUMENT])
    spool.finish()
    written = (tmp_path / "texts.jsonl").read_text()
    assert written.count(json.dumps(DOCUMENT)[1:-1]) == 1
    assert written.count(PROMPT) == 1
    texts = Texts(tmp_path)
    assert read_conversation(texts, key) == turns
    assert read_conversation(texts, other)[1].text == f"Again: {DOCUMENT}"


def test_a_growing_history_is_one_conversation_that_ends_with_the_last_answer() -> None:
    asked = (Message("user", "go"),)
    conversation = Conversation(asked, (), Answer("first", Usage()))
    grown = (*asked, Message("assistant", "first", (ToolCall("1", "look", "{}"),)), Message("tool", "seen"))
    assert conversation.continued_by(grown, ())
    assert not conversation.continued_by(asked, ())
    assert not conversation.continued_by((Message("user", "other"), *grown), ())
    conversation.messages, conversation.answer = grown, Answer("last", Usage())
    assert [turn.text for turn in conversation.turns()] == ["go", "first", "seen", "last"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda lines: [lines[0].replace("one", "two"), *lines[1:]], "is not the one that this key stands for"),
        (lambda lines: lines[::-1], "not in ascending order"),
        (lambda lines: [lines[0], *lines], "not in ascending order"),
        (lambda _: ["[]\n"], "no text under a key"),
        (lambda lines: lines[1:], "lacks the text"),
    ],
)
def test_a_damaged_file_is_told_in_one_line(tmp_path: Path, damage, told: str) -> None:  # type: ignore[no-untyped-def]
    keys = sorted(finished(tmp_path, "one", "one more"))
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(damage(path.read_text().splitlines(keepends=True))))
    with pytest.raises(HarnessError, match=told) as caught:
        [Texts(tmp_path)[key] for key in keys]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["{}", "not JSON", '[["x",["=a"],[]]]', '[["s",["a"],[]]]', "[" * 5000])
def test_what_is_no_conversation_is_refused(tmp_path: Path, text: str) -> None:
    (key,) = finished(tmp_path, text)
    with pytest.raises(HarnessError, match="is no conversation"):
        read_conversation(Texts(tmp_path), key)


def test_a_small_file_cannot_grow_into_an_endless_conversation(tmp_path: Path) -> None:
    spool = TextSpool(tmp_path / "texts.jsonl")
    large = spool.add("x" * 2**20)
    key = spool.add(json.dumps([["u", [f"#{large}"] * 1000, []]]))
    spool.finish()
    with pytest.raises(HarnessError, match="longer than 16 Mi letters"):
        read_conversation(Texts(tmp_path), key)


def test_a_conversation_is_read_up_to_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = TextSpool(tmp_path / "texts.jsonl")
    key = write_conversation(spool, [Turn("user", "12345"), Turn("assistant", "67890")])
    spool.finish()
    monkeypatch.setattr("harness.records.conversation.MOST_LINE", 10)
    assert [turn.text for turn in read_conversation(Texts(tmp_path), key)] == ["12345", "67890"]
    monkeypatch.setattr("harness.records.conversation.MOST_LINE", 9)
    with pytest.raises(HarnessError, match="is longer than"):
        read_conversation(Texts(tmp_path), key)
