"""Records read back: typed runs, why one is not to be trusted, and tidy frames for notebooks."""
