"""Is what we have as good as what we had? A set of runs against a committed baseline."""
