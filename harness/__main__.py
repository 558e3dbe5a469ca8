"""`python -m harness` and the console script `harness`: the same program."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    from harness.cli.import_path import forget_working_folder

    forget_working_folder()  # before anything is imported that a file of that folder could stand in for
    from harness.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
