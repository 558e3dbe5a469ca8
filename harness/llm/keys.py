"""The keys that a run uses: read from the environment when they are needed, and held for secrets from then on."""

from __future__ import annotations

import os
from collections.abc import Iterable

from harness.llm.backbone import ModelSpec
from harness.llm.key_rules import HEADERS
from harness.llm.preflight import VARIABLES
from harness.llm.redact import note


def hold(models: Iterable[ModelSpec]) -> None:
    """Hold the keys of these models for secrets: they are cut out of answers, records and pages."""
    for spec in models:
        for variable in variables_of(spec):
            note(os.environ.get(variable))


def variables_of(spec: ModelSpec) -> tuple[str, ...]:
    """Return the names of the variables that may hold a key of this model."""
    own = () if spec.api_key_env is None else (spec.api_key_env,)
    usual = VARIABLES.get(spec.provider)
    if usual is None:  # a provider of LiteLLM's that the table lacks
        prefix = spec.provider.upper()
        usual = tuple(name for name in os.environ if prefix and name.startswith(prefix) and name.endswith("KEY"))
    return (*own, *usual, *spec.options.get(HEADERS, {}).values())


def headers_of(spec: ModelSpec) -> dict[str, str]:
    """Return the headers that a model's endpoint gets beside the usual ones."""
    headers = {}
    for name, variable in spec.options.get(HEADERS, {}).items():
        headers[name] = os.environ.get(variable, "")
        note(headers[name])
        note(headers[name].rpartition(" ")[2])
    return headers
