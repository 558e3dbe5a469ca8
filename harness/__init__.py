"""A benchmark harness for methods that optimize LLM agents.

From Python: `harness.run("method=fgo seed=1")` runs one config and returns its run; `harness.load_runs("results")`
reads runs back, typed and as tidy pandas frames. Both are imported when they are first used.
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
