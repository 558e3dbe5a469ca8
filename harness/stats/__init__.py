"""Statistics of comparisons: pure functions of arrays, seeded and deterministic.

Two questions, kept apart. *Is this trained agent better?* `paired`: the same test tasks, one run each. *Is this method
better?* `two_way`: runs over training seeds and tasks, both drawn from larger worlds.
"""
