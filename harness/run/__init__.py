"""One run: settings, its identity, the Lab that it gives to a method, and the path from start to record.

The package can be called: `harness.run("method=fgo")` is `harness.run.notebook.run`.
"""

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, overrides: Any = (), **settings: Any) -> Any:
        from harness.run.notebook import run

        return run(overrides, **settings)


sys.modules[__name__].__class__ = _Callable
