"""Evaluator, optimizer and merger: the prompt of each, and how its answer is read."""
