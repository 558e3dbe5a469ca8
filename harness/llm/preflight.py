"""Before any work: does every model have its key, a known context window and, for limits in dollars, a price?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec

from harness.core.domain import Role
from harness.core.errors import ConfigError
from harness.llm import price_table
from harness.llm.backbone import ModelSpec
from harness.llm.key_rules import HEADERS
from harness.llm.providers.local.weights import INSTALL
from harness.llm.purse import price_of

# Decided without LiteLLM, whose import costs seconds. Any one of the variables will do.
VARIABLES: Mapping[str, tuple[str, ...]] = {
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "mistral": ("MISTRAL_API_KEY",),
    "groq": ("GROQ_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "together_ai": ("TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY"),
    "xai": ("XAI_API_KEY",),
    "sim": (),
    "scripted": (),
    "local": (),
    "ollama": (),
    "ollama_chat": (),
    "hosted_vllm": (),
    "lm_studio": (),
    "llamafile": (),
}


def preflight(models: Mapping[Role, ModelSpec]) -> None:
    """Check that every model has its key, and that prompts can be fitted to the windows of those that read evidence.

    Raises
    ------
    ConfigError
        In one line: what is missing, for which role and model, and how to set it.
    """
    for role, spec in models.items():
        if spec.local and find_spec("xllamacpp") is None:
            raise ConfigError(
                f"{spec.id} (backbone.{role}) needs the extra `local`: {INSTALL}; backbone=sim needs none"
            )
        variable = _missing(spec)
        if variable:
            raise ConfigError(
                f"no key for {spec.id} (backbone.{role}): set it with `export {variable}=...`; backbone=sim needs none"
            )

    for role, spec in models.items():
        known = spec.simulated or spec.local or spec.context_window or price_table.context_window(spec.id)
        if role is not Role.AGENT and not known:
            raise ConfigError(
                f"the context window of {spec.id} (backbone.{role}) is unknown: "
                f"add backbone.{_where(role, models)}.context_window=TOKENS"
            )


def check_prices(models: Mapping[Role, ModelSpec], limit: str) -> None:
    """Check that every model has a price, which a limit in dollars needs.

    Parameters
    ----------
    limit
        The setting that needs it, for the message.

    Raises
    ------
    ConfigError
        In one line: which price is missing and how to set it.
    """
    for role, spec in models.items():
        if price_of(spec) is None:
            where = f"backbone.{_where(role, models)}.price"
            raise ConfigError(
                f"{limit} needs the price of {spec.id} (backbone.{role}), which is unknown: "
                f"add {where}.prompt=USD {where}.completion=USD (US dollars per million tokens)"
            )


def _where(role: Role, models: Mapping[Role, ModelSpec]) -> str:
    """Return the field of `backbone` that sets a role's model: ``model`` where all roles have the same one."""
    return "model" if len({each.id for each in models.values()}) == 1 else role.value


def _missing(spec: ModelSpec) -> str | None:
    for variable in spec.options.get(HEADERS, {}).values():
        if not os.environ.get(variable):
            return str(variable)
    if spec.api_key_env is not None:
        return None if os.environ.get(spec.api_key_env) else spec.api_key_env
    if spec.api_base is not None and spec.provider == "openai":
        return None  # a server of one's own; it gets no key unless api_key_env names one
    known = VARIABLES.get(spec.provider)
    if known is None:
        return _missing_by_litellm(spec)
    return None if not known or any(os.environ.get(name) for name in known) else known[0]


def _missing_by_litellm(spec: ModelSpec) -> str | None:
    from harness.llm.providers.litellm_setup import load

    report = load().validate_environment(model=spec.id, api_base=spec.api_base)
    missing = [] if report["keys_in_environment"] else list(report["missing_keys"])
    return str(missing[0]) if missing else None
