"""The program: its first word chooses a subcommand; anything else is a Hydra run."""

from __future__ import annotations

import errno
from collections.abc import Sequence

from harness.cli.import_path import append_working_folder
from harness.cli.output import NO_SPACE, print_anywhere, say, silence
from harness.cli.signals import ending_as_interrupts, interrupted
from harness.cli.telling import told
from harness.core.errors import ConfigError, HarnessError
from harness.llm.redact import guard

COMMANDS = {
    "runs": "list the runs and their status",
    "show": "show a run: scores, learned module, a trajectory",
    "watch": "scores, subsets and spending of a run in progress",
    "eval": "test a learned module on another split or backbone, without training",
    "sweep": "the jobs of a sweep and how they stand, by their records; --list as JSON lines",
    "run-job": "run one job of a sweep, for Slurm, Kubernetes, Ray or joblib",
    "leaderboard": "rank methods per environment and backbone, with intervals and what they took",
    "site": "write leaderboard, runs and trajectories as a static site, opened from disk",
    "compare": "compare two runs, or two methods, task by task",
    "estimate": "calls, tokens, money and time of a run or an experiment, before any is spent",
    "headroom": "say whether there is anything to learn in an environment with this model",
    "paper": "the paper's tables and figures from the runs that are there",
    "regress": "judge a set of runs against a committed baseline; exit code for CI",
    "export": "write results as Parquet, and the JSON Schema of the record",
    "replay": "run a recorded run again, offline, from its journal alone",
    "verify": "prove that a record is consistent with its journal, split and data",
    "submit": "pack a run into one file that `verify` accepts",
    "board": "check a folder of submissions, and make the site of the sound ones",
    "check-modules": "drop each guideline of a learned module, see the score change",
    "journal": "count, export or prune the recorded answers",
    "doctor": "say what is missing on this machine, and the command that mends it",
    "data": "prepare or check a data set",
}
"""Subcommands, and what each does in a line. Each is a module of `harness.cli.commands`."""

BUILDING = ("eval", "estimate", "check-modules", "headroom", "sweep", "run-job")
"""Subcommands that build environments and methods from words that a user typed."""


def run(words: Sequence[str]) -> int:
    """Run a command line and return the exit code: 0 fine, 1 a run failed or is incomplete, 2 the command is wrong."""
    first = words[0] if words else ""
    if first not in COMMANDS or first in BUILDING:
        append_working_folder()
    guard()
    print_anywhere()
    try:
        if first == "help" or (first not in COMMANDS and {"-h", "--help"} & set(words)):
            from harness.cli.help import text

            say(text(COMMANDS))
            return 0
        if first == "--version":
            from harness import __version__

            say(__version__)
            return 0
        if first in COMMANDS:
            from harness.cli.commands import run_command

            with ending_as_interrupts():
                return run_command(first, words[1:])
        from harness.cli.hydra_run import run_hydra
        from harness.run.config.overrides import refuse_strays

        refuse_strays(words, list(COMMANDS))
        with ending_as_interrupts():
            return run_hydra(words)
    except BaseException as error:
        return _ended(error)


def _ended(error: BaseException) -> int:
    """Tell what ended a command line, and return the exit code; raise what is a fault of the program."""
    if interrupted(error):
        say("\nstopped; run the same command to resume", error=True)
        return 1
    if isinstance(error, HarnessError):
        return told(error)
    if isinstance(error, BrokenPipeError):  # the reader of our output went away
        silence()
        return 1
    if isinstance(error, OSError) and error.errno in NO_SPACE and error.filename is None:
        silence()
        return told(HarnessError(f"cannot write the output: {error.strerror}"))
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        from harness.run.config.shown import shown

        return told(ConfigError(f"{shown(str(error.filename or ''))}: {error.strerror}"))
    raise error
