"""Make a virtual environment and install a lock file into it, every package by its hash.

usage: setup_venv.py VENV LOCK
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path


def main(folder: Path, lock: Path) -> int:
    """Return the exit code."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        print(
            f"error: Python {sys.version.split()[0]} is not 3.11 to 3.13; make PYTHON=python3.12 ...", file=sys.stderr
        )
        return 2
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"making {folder}", flush=True)
        venv.create(folder, with_pip=True, symlinks=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    print(f"installing {lock} (a few minutes the first time)", flush=True)
    # The lock is complete: without --no-deps pip would want TextWorld for alfworld, which we do without.
    for words in (["--require-hashes", "--no-deps", "-r", str(lock)], ["--no-deps", "-e", "."]):
        if done := subprocess.run([*pip, *words], check=False).returncode:
            print("error: pip could not install; it says above what is missing", file=sys.stderr)
            return done
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
