"""A generator of GAIA-like tasks: seeded, with real files, an offline web and an oracle for each answer."""

from envs.gaia.generate.tasks import GeneratedTask, generate_tasks
from envs.gaia.generate.world import World

__all__ = ["GeneratedTask", "World", "generate_tasks"]
