"""A generator of ALFWorld-like games: seeded, solvable, in rooms like the real ones."""

from envs.alfworld.generate.game import SPLITS, TASK_TYPES, generate_game, generate_games, split_scenes

__all__ = ["SPLITS", "TASK_TYPES", "generate_game", "generate_games", "split_scenes"]
