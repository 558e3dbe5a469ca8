"""Evaluator, optimizer and merger: what each is told, and how its answer is read."""
