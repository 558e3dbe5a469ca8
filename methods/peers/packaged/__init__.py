"""What lets the package of a paper search on our Lab, with our models and rollouts behind it."""
