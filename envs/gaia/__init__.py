"""GAIA: general assistance, where the toolbox is what learns."""
