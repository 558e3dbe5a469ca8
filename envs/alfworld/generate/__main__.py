"""Write generated games out: `python -m envs.alfworld.generate OUT --count N --seed S --split train`."""

from pathlib import Path
from typing import Annotated

import typer

from envs.alfworld.generate import generate_games
from envs.alfworld.generate.layout import write_game
from harness.core.errors import HarnessError


def main(
    out: Annotated[Path, typer.Argument(help="Folder to write to; then ALFWORLD_DATA=OUT.")],
    count: Annotated[int, typer.Option(min=0, help="How many games, the six task types in turn.")] = 60,
    *,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other games.")] = 0,
    split: Annotated[str, typer.Option(help="train, valid_seen, valid_unseen or test.")] = "train",
) -> None:
    """Generate ALFWorld-like games, each verified by playing its walkthrough."""
    try:
        for game in generate_games(count, seed, split=split):
            write_game(game, out)
    except HarnessError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    typer.echo(f"{count} games of the split '{split}' in {out}")


if __name__ == "__main__":
    typer.run(main)
