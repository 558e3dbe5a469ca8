"""reasoning_gym as an environment: short reasoning tasks, made from a seed by the package of that name."""
