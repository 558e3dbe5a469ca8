"""Beyond the paper: parts that FGO takes in place of its own, each a switch that is off for `method=fgo`.

`switches.fgo` puts them together. Every file holds one of them and can be read alone.
"""
