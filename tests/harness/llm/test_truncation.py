"""A server that cuts prompts without a word is noticed; another tokenizer is not mistaken for one."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from harness.core.domain import Purpose, Role, Usage
from harness.core.messages import Answer, Call, Message
from harness.llm.backbone import ModelSpec
from harness.llm.door import Door
from harness.llm.ledger import Ledger
from harness.llm.storage.journal import Journal
from harness.llm.tokens import count_tokens
from harness.llm.truncation import is_cut

PROMPT = [Message("system", "word " * 1000), Message("user", "word " * 1000)]


def words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize(("read", "cut"), [(700, True), (1300, True), (1500, False), (2600, False), (0, False)])
def test_far_fewer_tokens_than_the_prompt_has(read: int, cut: bool) -> None:
    assert is_cut(PROMPT, Answer("x", Usage(1, read)), count=words) is cut


def test_dense_text_is_counted_before_it_is_judged() -> None:
    long_words = [Message("user", "internationalization " * 300)]
    assert not is_cut(long_words, Answer("x", Usage(1, 300)), count=words)


@pytest.mark.parametrize(
    "text",
    ["我把桌上的杯子放进了厨房的柜子里。" * 300, "<ID>0042;17</ID>" * 400, "Чашка в шкафу. " * 400],
    ids=["han", "xml", "cyrillic"],
)
def test_other_scripts_and_markup_are_judged_by_their_own_density(text: str) -> None:
    tokens = count_tokens("x", text)
    assert is_cut(
        [Message("user", text)], Answer("x", Usage(1, int(tokens * 0.6))), count=lambda said: count_tokens("x", said)
    )
    assert not is_cut(
        [Message("user", text)], Answer("x", Usage(1, tokens)), count=lambda said: count_tokens("x", said)
    )


class Cutting:
    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        return Answer("x", Usage(1, 700, cached=0, completion=1))

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        return words(text)


async def test_it_is_said_once_a_model_and_counted_on_a_resume_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spec = ModelSpec(id="ollama_chat/x", api_base="http://localhost:1", direct=True)
    for _ in range(2):
        journal = Journal.open(tmp_path / "journal.jsonl")
        door = Door(dict.fromkeys(Role, spec), journal, ledger=Ledger(), provider=Cutting(), seed=0)  # type: ignore[arg-type]
        with caplog.at_level(logging.WARNING):
            for trial in (0, 1, 1):
                await door.ask(Role.AGENT, PROMPT, purpose=Purpose.TEST, trial=trial)
        assert door.cut == 2
        await journal.close()
    assert caplog.text.count("OLLAMA_CONTEXT_LENGTH") == 2
