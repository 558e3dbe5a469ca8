"""FGO beyond the paper: a method of its own, `fgo_plus`, that reuses FGO's divide, merge and Algorithm 1.

`method.FGOPlus` has the switches and puts their parts together. Every other file holds one part and can be read alone.
"""
