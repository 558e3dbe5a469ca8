"""Embedding of modules' texts, for clustering by similarity: config group `embedding`."""

from harness.run.embedding.embedder import Effect, Embedder, Vectors
from harness.run.embedding.tfidf import TfIdf, tfidf

__all__ = ["Effect", "Embedder", "TfIdf", "Vectors", "tfidf"]
