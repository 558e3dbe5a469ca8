"""Run a config, read runs back, compare them:

    import harness

    run = harness.run("method=fgo env=alfworld seed=1")     # one run; a finished one is read
    runs = harness.load_runs("results")                     # typed runs, and tidy pandas frames
    runs.frames.runs[["method", "seed", "test"]]

Both are imported when they are first used. `harness.core` has the types and protocols that an environment or a method
of your own needs; `harness.testing` checks both against their contracts.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.run.notebook import Runs, load_runs, run

__version__ = "0.1.0"

__all__ = ["Runs", "__version__", "load_runs", "run"]


def __getattr__(name: str) -> Any:
    if name in ("load_runs", "Runs"):
        from harness.run import notebook

        return getattr(notebook, name)
    if name == "run":  # the package of that name, which can be called
        from importlib import import_module

        return import_module("harness.run")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
