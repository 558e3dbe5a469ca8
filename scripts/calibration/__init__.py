"""Short questions with known answers that measure what a model keeps and follows, and the profile that fits them."""
