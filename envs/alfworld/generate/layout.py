"""Generated games on disk, laid out as `alfworld-download` lays out real ones."""

import json
import os
from pathlib import Path

from envs.alfworld.engine import GameFile

FOLDER = "json_2.1.1"


def write_game(game: GameFile, out: Path) -> Path:
    """Write a generated game and its `traj_data.json`; with `ALFWORLD_DATA` at `out` it is found like a real one.

    Parameters
    ----------
    game : GameFile
        A generated game.
    out : Path
        The data folder.

    Returns
    -------
    Path
        The game's file.
    """
    path = out / FOLDER / game.path
    path.parent.mkdir(parents=True, exist_ok=True)
    # ALFWorld looks for traj_data.json first: it comes last, when the game is whole.
    _write(path, game.to_json())
    _write(path.with_name("traj_data.json"), json.dumps(trajectory_data(game)))
    return path


def trajectory_data(game: GameFile) -> dict[str, object]:
    """The parts of ALFRED's `traj_data.json` that ALFWorld reads, from the game's path."""
    task, trial = game.path.parts[-3:-1]
    task_type, thing, _, target, scene = task.split("-")
    looks = task_type == "look_at_obj_in_light"
    return {
        "task_type": task_type,
        "task_id": trial,
        "scene": {"floor_plan": f"FloorPlan{scene}"},
        "pddl_params": {
            "object_target": thing,
            "object_sliced": False,
            "mrecep_target": "",
            "parent_target": "" if looks else target,
            "toggle_target": target if looks else "",
        },
    }


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
