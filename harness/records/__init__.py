"""The record: what a run leaves in `results/`, its schema, and how it is written and read back."""
