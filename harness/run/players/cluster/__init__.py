"""Players in other processes, perhaps on other machines. The run's door stays with the run.

`crew` keeps the players, `line` is the run's end of the line to one, `player` the player's; `mail` goes over it.
`ray_cluster` is the only module that imports Ray.
"""
