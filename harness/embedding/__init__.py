"""Embedding of modules' texts, for clustering by similarity: config group `embedding`."""

from harness.embedding.embedder import Effect, Embedder, Vectors
from harness.embedding.tfidf import TfIdf, tfidf

__all__ = ["Effect", "Embedder", "TfIdf", "Vectors", "tfidf"]
