"""A run's config: composed from words, checked, built into objects, digested into an id."""
