"""Optimizers of other papers on the same Lab: a page each, with its source, our reading and the differences.

`docs/peers.md` says which of them is held against its authors' package.
"""
