"""What an engine shows, and the contract of every engine."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Observation:
    """What the game answers to a command.

    Parameters
    ----------
    text : str
        The game's answer, to the letter.
    admissible : tuple of str
        The commands that do something now, sorted.
    won : bool
        Whether the goal holds now; it can cease to hold later.
    """

    text: str
    admissible: tuple[str, ...]
    won: bool


class Engine(Protocol):
    """One game under play. A game has no end of its own: steps after `won` go on as before."""

    def reset(self) -> Observation:
        """Begin the game anew and give its opening text."""
        ...

    def step(self, command: str) -> Observation:
        """Carry out one command, spaces around it ignored; one that is not admissible changes nothing."""
        ...
