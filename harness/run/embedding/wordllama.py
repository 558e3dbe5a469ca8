"""WordLlama: static word vectors that come with their package, so that nothing is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from harness.core.errors import ConfigError
from harness.core.extras import check_installed
from harness.run.embedding.embedder import Effect, Vectors, unit


@dataclass(frozen=True)
class WordLlama:
    """Mean of the word vectors of a text, on this machine (extra `wordllama`).

    Parameters
    ----------
    dimensions
        Of the vectors: 64, 128 or 256 (the packaged weights).
    """

    dimensions: int = 256

    def __post_init__(self) -> None:
        check_installed("embedding=wordllama", "wordllama")
        if self.dimensions not in (64, 128, 256):
            raise ConfigError(f"embedding.dimensions={self.dimensions}: choose 64, 128 or 256")

    def identity(self) -> dict[str, Any]:
        """Return name, version of the package, and dimensions."""
        return {"name": "wordllama", "version": version("wordllama"), "dimensions": self.dimensions}

    async def __call__(self, texts: Sequence[str], effect: Effect) -> Vectors:  # noqa: ARG002
        """Return the vectors; an empty text is zero."""
        return unit(np.asarray(_weights(self.dimensions).embed(list(texts)), dtype=np.float64))


@lru_cache(maxsize=1)
def _weights(dimensions: int) -> Any:
    import wordllama

    folder = Path(str(wordllama.__file__)).parent
    return wordllama.WordLlama.load(trunc_dim=dimensions, cache_dir=folder, disable_download=True)
