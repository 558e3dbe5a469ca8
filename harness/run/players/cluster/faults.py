"""Errors on their way to another process: the same class where it can go there, else the nearest that can."""

from __future__ import annotations

import pickle
import traceback
from typing import NamedTuple

from harness.core.errors import HarnessError, InfrastructureError

TOKEN = "token_of_the_run"
"""The attribute that ties an error in a player to the run's own error that it stands for."""


class PlayerLost(InfrastructureError):
    """A player is gone: its process ended, its machine did, or the line to it broke."""


class Fault(NamedTuple):
    """An error, packed.

    Attributes
    ----------
    packed
        A pickled exception.
    text
        What it says, for a process that lacks its class.
    trace
        Where it was raised; empty for errors that are reported without a traceback.
    token
        Of an error of the run: the number by which the run knows it.
    """

    packed: bytes
    text: str
    trace: str = ""
    token: int | None = None


def fault_of(error: BaseException, token: int | None = None) -> Fault:
    """Return an error as it goes over the line; raises nothing, whatever the error's own methods do."""
    trace = "" if isinstance(error, HarnessError) else _trace(error)
    return Fault(_packed(error), text_of(error), trace, vars(error).get(TOKEN, token))


def text_of(error: BaseException) -> str:
    """Return what an error says: the name of its class where that is nothing, or fails."""
    try:
        return str(error) or type(error).__name__
    except Exception:
        return type(error).__name__


def error_of(fault: Fault) -> BaseException:
    """Return the error that a fault stands for, to be raised."""
    try:
        error: object = pickle.loads(fault.packed)
    except Exception:  # its class is not here
        error = RuntimeError(fault.text)
    if not isinstance(error, BaseException):
        error = RuntimeError(fault.text)
    if fault.trace:
        error.add_note(f"in a player:\n{fault.trace}")
    if fault.token is not None:
        setattr(error, TOKEN, fault.token)
    return error


def _trace(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except Exception:  # its class says how
        return ""


def _packed(error: BaseException) -> bytes:
    try:
        packed = pickle.dumps(error)
        pickle.loads(packed)
    except Exception:  # its constructor takes other arguments, or it holds what cannot leave the process
        return pickle.dumps(_nearest(error))
    return packed


def _nearest(error: BaseException) -> BaseException:
    """Return an error of the nearest class that takes a text alone."""
    for kind in type(error).__mro__:
        if issubclass(kind, BaseException):
            try:
                made = kind(text_of(error))
                pickle.loads(pickle.dumps(made))
            except Exception:
                continue
            return made
    return RuntimeError(text_of(error))
