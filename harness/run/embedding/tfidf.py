"""TF-IDF: the embedding that needs nothing, and the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.run.embedding.embedder import Effect, Vectors


@dataclass(frozen=True)
class TfIdf:
    """TF-IDF over the texts of one call."""

    def identity(self) -> dict[str, Any]:
        """Return the name."""
        return {"name": "tfidf"}

    async def __call__(self, texts: Sequence[str], effect: Effect) -> Vectors:  # noqa: ARG002
        """Return `tfidf(texts)`."""
        return tfidf(texts)


def tfidf(texts: Sequence[str]) -> Vectors:
    """Return TF-IDF vectors of words and word pairs, shape (len(texts), vocabulary), rows of unit length.

    Texts without a word (empty ones) give rows of zeros.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    try:
        return np.asarray(vectorizer.fit_transform(texts).toarray(), dtype=np.float64)
    except ValueError:  # no text holds a word
        return np.zeros((len(texts), 1))
