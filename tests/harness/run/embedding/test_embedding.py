"""Embeddings: unit rows, zeros for empty texts, endpoints asked once and journaled."""

from __future__ import annotations

import importlib.util
from collections.abc import Awaitable, Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest

from harness.core.errors import ConfigError, InfrastructureError
from harness.llm.causes import POLICIES, MalformedResponse, classify
from harness.run.embedding import TfIdf, tfidf
from harness.run.embedding.embedder import unit
from harness.run.embedding.endpoint import Endpoint, checked_vectors
from harness.run.embedding.wordllama import WordLlama

TEXTS = ["clean the mug in the sink", "", "heat the apple", "clean the mug in the sink"]


class Journal:
    """Computes each effect once, as the door does."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        key = repr((kind, inputs))
        if key not in self.kept:
            self.kept[key] = await compute()
        return self.kept[key]


def check(vectors: np.ndarray) -> None:
    assert len(vectors) == 4
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1, 1])
    assert vectors[0] @ vectors[3] == pytest.approx(1.0)
    assert vectors[0] @ vectors[2] < 0.9


async def test_tfidf_gives_unit_rows_and_zero_for_nothing() -> None:
    check(await TfIdf()(TEXTS, Journal().effect))
    assert not tfidf(["", "!"]).any()


@pytest.mark.skipif(importlib.util.find_spec("wordllama") is None, reason="needs the extra wordllama")
async def test_wordllama_works_offline_with_the_packaged_weights() -> None:
    check(await WordLlama(64)(TEXTS, Journal().effect))


def test_without_its_extra_wordllama_says_how_to_get_it() -> None:
    with (
        mock.patch("harness.core.extras.find_spec", return_value=None),
        pytest.raises(ConfigError, match="pip install"),
    ):
        WordLlama()


async def test_an_endpoint_is_asked_once_for_each_text_in_batches_and_never_for_nothing() -> None:
    asked: list[list[str]] = []

    async def ask(self: Endpoint, texts: list[str]) -> list[list[float]]:
        asked.append(texts)
        return [[float(len(text)), 1.0, float("apple" in text) * 50] for text in texts]

    journal = Journal()
    endpoint = Endpoint("hosted_vllm/some-model", api_base="http://localhost:1/v1", batch=1)
    with mock.patch.object(Endpoint, "_ask", ask):
        check(await endpoint(TEXTS, journal.effect))
        check(await endpoint(TEXTS, journal.effect))
    assert asked == [["clean the mug in the sink"], ["heat the apple"]]
    assert not (await endpoint(["", ""], journal.effect)).any()


def test_a_missing_key_is_told_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        Endpoint("openai/text-embedding-3-small").check_key()
    with pytest.raises(ConfigError, match="MY_KEY_THAT_IS_NOT_SET"):
        Endpoint("openai/x", api_base="http://localhost:1/v1", api_key_env="MY_KEY_THAT_IS_NOT_SET").check_key()
    Endpoint("openai/x", api_base="http://localhost:1/v1").check_key()


def test_unit_leaves_zeros() -> None:
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]


def rows(*vectors: object) -> list[dict[str, object]]:
    return [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]


def test_an_answer_of_an_endpoint_is_put_in_order() -> None:
    assert checked_vectors(rows([1, 2.5], [3, 4])[::-1], 2) == [[1.0, 2.5], [3.0, 4.0]]
    assert checked_vectors([{"embedding": [1]}, {"embedding": [2]}], 2) == [[1.0], [2.0]]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        rows([1.0]),
        rows([1.0], [2.0], [3.0]),
        rows([1.0], [2.0, 3.0]),
        rows([1.0], []),
        rows([1.0], None),
        rows([1.0], "AAAA"),
        rows([1.0], [float("nan")]),
        rows([1.0], [float("inf")]),
        rows([1.0], [1e200]),
        rows([1.0], ["1.0"]),
        rows([1.0], [True]),
        [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [2.0]}],
        [{"index": [], "embedding": [1.0]}, 3],
    ],
    ids=str,
)
def test_a_bad_answer_of_an_endpoint_is_never_journaled(answer: object) -> None:
    with pytest.raises(MalformedResponse) as caught:
        checked_vectors(answer, 2)
    assert POLICIES[classify(caught.value)].retried


async def test_batches_that_differ_in_length_stop_before_they_are_journaled() -> None:
    async def ask(self: Endpoint, texts: list[str]) -> list[list[float]]:
        return [[1.0] * (1 if texts == ["a"] else 2)]

    endpoint = Endpoint("hosted_vllm/some-model", api_base="http://localhost:1/v1", batch=1)
    journal = Journal()
    with mock.patch.object(Endpoint, "_ask", ask), pytest.raises(InfrastructureError, match="of 1 and of 2 numbers"):
        await endpoint(["a", "b"], journal.effect)
    assert len(journal.kept) == 1


def test_a_key_in_the_address_of_an_endpoint_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"embedding.api_base: an address must not hold"):
        Endpoint("openai/x", api_base="http://me:secret@localhost:1/v1")
