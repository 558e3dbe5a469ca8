"""Hostile input, a kind a module: ``EXAMPLES`` draws it, ``check`` fails where the product does not hold.

``test_fuzz.py`` tries some of each kind, ``scripts/fuzz.py`` thousands.
"""
