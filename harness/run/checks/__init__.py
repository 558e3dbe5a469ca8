"""Measurements on trained agents that are no benchmark runs."""
