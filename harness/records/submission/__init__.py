"""A run as one file, to hand in and to check where it arrives."""
