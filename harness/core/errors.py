"""Errors, by what the person at the keyboard can do about them."""


class HarnessError(Exception):
    """Any error that is reported in one line, without a traceback."""

    exit_code = 1


class ConfigError(HarnessError):
    """The command, the config or a file that it names is wrong; nothing was run."""

    exit_code = 2


def left(who: str, leaving: SystemExit) -> ConfigError:
    """Return the error that `sys.exit()` in somebody's class is: a run's process is not theirs to end."""
    return ConfigError(f"{who} called sys.exit({leaving.code!r}), which no part of a run may; let it raise an error")


class InfrastructureError(HarnessError):
    """The world failed, not the agent: a provider is down, an environment crashed. Never scored as a wrong answer."""


class IncompleteRun(HarnessError):
    """A run stopped with work missing; the same command resumes it."""


class AnswerError(HarnessError):
    """A model's answer could not be read, or a prompt could not be sent, after the last try."""


class BudgetSpent(HarnessError):
    """A limit that the user set was reached; the run stops cleanly and a larger budget continues it."""


class AtWork(HarnessError):
    """Another process, on this machine or another, holds the run."""
