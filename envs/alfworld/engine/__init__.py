"""The game engine of ALFWorld: our own, and TextWorld as its judge."""

from envs.alfworld.engine.game import GameError, GameFile, read_game
from envs.alfworld.engine.native import NativeEngine
from envs.alfworld.engine.observation import Engine, Observation
from envs.alfworld.engine.textworld import TextWorldEngine

__all__ = ["Engine", "GameError", "GameFile", "NativeEngine", "Observation", "TextWorldEngine", "read_game"]
