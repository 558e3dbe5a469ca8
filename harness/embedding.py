"""Embedding of modules' texts, for clustering by similarity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def tfidf(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return TF-IDF vectors of words and word pairs, shape (len(texts), vocabulary), rows of unit length.

    Texts without a word (empty ones) give rows of zeros.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    try:
        return np.asarray(vectorizer.fit_transform(texts).toarray(), dtype=np.float64)
    except ValueError:  # no text holds a word
        return np.zeros((len(texts), 1))
