"""A benchmark harness for methods that optimize LLM agents."""

__version__ = "0.1.0"
