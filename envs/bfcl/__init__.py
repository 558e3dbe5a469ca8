"""BFCL: conversations with stateful tools, from the package of the Berkeley Function-Calling Leaderboard."""
