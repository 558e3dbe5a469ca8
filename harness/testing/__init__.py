"""Conformance checks for your own environments and methods, as scikit-learn's `check_estimator` is for estimators.

Examples
--------
>>> from harness.testing import check_environment, check_method, LabStandIn, ScriptedAgent
>>> check_method(MyMethod(steps=3))          # doctest: +SKIP
>>> check_environment(MyEnvironment())       # doctest: +SKIP

Notes
-----
Each check raises `ConformanceError`, whose message says what the contract asks and what the check saw. None of them
needs a key, a network or a backbone. `LabStandIn` is a Lab to test a method with, `ScriptedAgent` an agent's model to
test an environment with.
"""

from harness.testing.agent import ScriptedAgent
from harness.testing.contract import ConformanceError
from harness.testing.environments import check_environment
from harness.testing.lab import LabCall, LabStandIn, Script
from harness.testing.methods import check_method

__all__ = [
    "ConformanceError",
    "LabCall",
    "LabStandIn",
    "Script",
    "ScriptedAgent",
    "check_environment",
    "check_method",
]
