"""An embedding endpoint, asked through LiteLLM and journaled."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from harness.core.errors import ConfigError, InfrastructureError
from harness.llm.backbone import ModelSpec
from harness.llm.causes import MalformedResponse
from harness.llm.identity import digest_of
from harness.llm.key_rules import base_problem, variable_problem
from harness.llm.keys import hold
from harness.llm.patience.retry import Retry
from harness.llm.preflight import VARIABLES
from harness.llm.providers import litellm_setup
from harness.run.embedding.embedder import Effect, Vectors, unit

MAX_NUMBER = 1e30
"""No vector has larger ones, and their squares still have a sum."""


@dataclass(frozen=True)
class Endpoint:
    """The embedding model of a provider, or of a server of one's own.

    Parameters
    ----------
    id
        A LiteLLM id (``openai/text-embedding-3-small``).
    api_base, api_key_env
        As of a backbone: the server, and the name of the variable with the key where it is not the usual one.
    batch
        The most texts in one request.
    timeout
        Seconds, of one try.
    revision
        Of the model: another one is another model, at whatever address.
    keyed_at
        The server, for a journal of schema 1, whose keys hold it.
    """

    id: str
    api_base: str | None = None
    api_key_env: str | None = None
    batch: int = 64
    timeout: float = 60.0
    revision: str | None = None
    keyed_at: str | None = None

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise ConfigError(f"embedding.batch={self.batch}: at least 1")
        if self.api_base is not None and (problem := base_problem(self.api_base)) is not None:
            raise ConfigError(f"embedding.api_base: {problem}")
        if self.api_key_env is not None and (problem := variable_problem(self.api_key_env)) is not None:
            raise ConfigError(f"embedding.api_key_env: {problem}")

    def check_key(self) -> None:
        """Raise `ConfigError` if the endpoint's key is not in place."""
        names = (self.api_key_env,) if self.api_key_env else VARIABLES.get(self._spec.provider, ())
        needed = bool(self.api_key_env) or self.api_base is None
        if needed and names and not any(os.environ.get(name) for name in names):
            raise ConfigError(f"no key for {self.id} (embedding): set it with `export {names[0]}=...`")

    @cached_property
    def _spec(self) -> ModelSpec:
        return ModelSpec(id=self.id, api_base=self.api_base, api_key_env=self.api_key_env, timeout=self.timeout)

    def identity(self) -> dict[str, Any]:
        """Return the model, whatever server it is asked at."""
        # `api_base` stays null: keys of vectors that are recorded already hold it.
        model = {"name": "endpoint", "id": self.id, "api_base": self.keyed_at}
        return model if self.revision is None else {**model, "revision": self.revision}

    async def __call__(self, texts: Sequence[str], effect: Effect) -> Vectors:
        """Return the vectors; a text that is asked for twice is sent once, an empty one not at all."""
        asked = sorted({text for text in texts if text.strip()})
        found: dict[str, list[float]] = {}
        for start in range(0, len(asked), self.batch):
            part = asked[start : start + self.batch]
            inputs = {**self.identity(), "texts": part}
            dimensions = len(next(iter(found.values()), ()))
            vectors = await effect("embedding", inputs, partial(self._of_length, dimensions, part))
            found.update(zip(part, vectors, strict=True))
        dimensions = len(next(iter(found.values()), [0.0]))
        return unit(np.array([found.get(text, [0.0] * dimensions) for text in texts], dtype=np.float64))

    async def _of_length(self, dimensions: int, texts: list[str]) -> list[list[float]]:
        vectors = await self._ask(texts)
        if dimensions and len(vectors[0]) != dimensions:
            raise InfrastructureError(
                f"{self.id} gave embeddings of {dimensions} and of {len(vectors[0])} numbers: start the command again"
            )
        return vectors

    async def _ask(self, texts: list[str]) -> list[list[float]]:
        litellm = await litellm_setup.loaded()
        request: dict[str, Any] = {"model": self.id, "input": texts, "timeout": self.timeout, "max_retries": 0}
        hold([self._spec])
        key = os.environ.get(self.api_key_env) if self.api_key_env else ("none" if self.api_base else None)
        request |= {k: v for k, v in {"api_base": self.api_base, "api_key": key}.items() if v is not None}

        async def once() -> list[list[float]]:
            response = await litellm.aembedding(**request)
            return checked_vectors(response.model_dump().get("data"), len(texts))

        return await Retry()(once, self._spec, digest_of(texts))


def checked_vectors(rows: Any, count: int) -> list[list[float]]:
    """Return the vectors of an answer, in the order of the texts; what is journaled must be whole.

    Raises
    ------
    MalformedResponse
        If there are not `count` of them, they differ in length, or a number is not finite: it is asked again.
    """
    if not isinstance(rows, list) or len(rows) != count or not all(isinstance(row, dict) for row in rows):
        raise MalformedResponse(f"the answer does not hold {count} embeddings")
    places = [row["index"] if isinstance(row.get("index"), int) else place for place, row in enumerate(rows)]
    numbered = dict(zip(places, (row.get("embedding") for row in rows), strict=True))
    vectors = [numbered.get(place) for place in range(count)]
    if not all(isinstance(vector, list) and vector and all(map(_is_number, vector)) for vector in vectors):
        raise MalformedResponse("an embedding is no list of finite numbers")
    made = [[float(value) for value in vector] for vector in vectors if vector is not None]
    if len({len(vector) for vector in made}) > 1:
        raise MalformedResponse("the embeddings differ in length")
    return made


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -MAX_NUMBER <= value <= MAX_NUMBER  # not true of NaN either
