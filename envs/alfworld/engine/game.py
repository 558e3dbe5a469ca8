"""One game of ALFWorld, as its `game.tw-pddl` file holds it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core.errors import ConfigError


class GameError(ConfigError):
    """A game that cannot be played.

    Parameters
    ----------
    path : Path
        The game's file.
    what : str
        What is wrong with it.
    mend : str
        What the person can do about it.
    """

    def __init__(self, path: Path, what: str, mend: str) -> None:
        super().__init__(" ".join(f"{path}: {what}; {mend}".split()))
        self.path = path
        self.what = what
        self.mend = mend


class MalformedError(ValueError):
    """A construct of a PDDL or twl2 text that the engine does not know; whoever knows the file makes it a GameError."""


@dataclass(frozen=True, slots=True)
class GameFile:
    """The texts of one game.

    Parameters
    ----------
    path : Path
        Where the game stands (for a generated game: where it would).
    domain : str
        The PDDL domain: types, predicates, actions.
    grammar : str
        The twl2 text: the commands' and observations' templates, and the goal's sentence.
    problem : str
        The PDDL problem: objects, initial facts, goal.
    walkthrough : tuple of str
        Commands that win the game.
    solvable : bool
        Whether the game's makers found it solvable; a file that does not say so counts as not solvable, as in ALFWorld.
    """

    path: Path
    domain: str
    grammar: str
    problem: str
    walkthrough: tuple[str, ...]
    solvable: bool

    @property
    def name(self) -> str:
        """The task's and the trial's folder, as ALFWorld lays games out; else the file's own name."""
        return "/".join(self.path.parts[-3:-1]) or self.path.name

    def to_json(self) -> str:
        """The text of the `game.tw-pddl` file that `read_game` reads back."""
        return json.dumps(
            {
                "pddl_domain": self.domain,
                "grammar": self.grammar,
                "pddl_problem": self.problem,
                "solvable": self.solvable,
                "walkthrough": list(self.walkthrough),
            }
        )


def read_game(path: Path) -> GameFile:
    """Read one `game.tw-pddl` file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    GameError
        The file is missing, or does not hold one whole game.
    """
    data = _read_object(path)
    walkthrough = _value(path, data, key="walkthrough", kind=list, kind_name="a list of commands")
    if not all(isinstance(command, str) for command in walkthrough):
        raise _broken(path, "its key 'walkthrough' is not a list of commands (strings)")
    return GameFile(
        path=path,
        domain=_value(path, data, key="pddl_domain", kind=str, kind_name="a string"),
        grammar=_value(path, data, key="grammar", kind=str, kind_name="a string"),
        problem=_value(path, data, key="pddl_problem", kind=str, kind_name="a string"),
        walkthrough=tuple(walkthrough),
        solvable="solvable" in data and _value(path, data, key="solvable", kind=bool, kind_name="true or false"),
    )


def _read_object(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise GameError(path, "no such game file", "check $ALFWORLD_DATA, or run alfworld-download") from None
    except OSError as error:
        raise GameError(path, f"cannot be read ({error.strerror})", "check the path and its permissions") from None
    except UnicodeDecodeError as error:
        raise _broken(path, f"is not UTF-8 text (byte {error.start})") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise _broken(path, f"is not JSON, or is cut short ({error})") from None
    if not isinstance(data, dict):
        raise _broken(path, f"holds a JSON {type(data).__name__}, not an object")
    return data


def _value(path: Path, data: dict[str, Any], *, key: str, kind: type, kind_name: str) -> Any:
    if key not in data:
        raise _broken(path, f"lacks the key '{key}'")
    if not isinstance(data[key], kind):
        raise _broken(path, f"its key '{key}' is not {kind_name} but {type(data[key]).__name__}")
    return data[key]


def _broken(path: Path, what: str) -> GameError:
    return GameError(path, what, "fetch the file again with alfworld-download")
