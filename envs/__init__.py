"""Environments: where an agent acts and how an answer is scored. An adapter each, and nothing of methods."""
