"""Sweeps: many runs of one command, as a product of axes or as an experiment's list of jobs."""
