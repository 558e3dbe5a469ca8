"""What a part of a question is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from envs.gaia.generate.world import World

GOODS = ("lamps", "ropes", "barrels", "nets", "sails", "bells", "stoves", "clocks")
COLOURS = ("red", "green", "blue", "orange", "purple")


@dataclass(frozen=True, slots=True)
class Part:
    """A number and where it is.

    Attributes
    ----------
    phrase
        Names the number; ``{file}`` stands for the file's name.
    value
        The number, computed from what the file was written from.
    suffix, content
        Of the file; empty where the number is on a page.
    """

    phrase: str
    value: int
    suffix: str = ""
    content: bytes = b""


Maker = Callable[[Random, World], Part]
