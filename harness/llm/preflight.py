"""Before any work: is there a key for every model, and is its context window known?"""

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
            where = "model" if len({each.id for each in models.values()}) == 1 else role.value
            raise ConfigError(
                f"the context window of {spec.id} (backbone.{role}) is unknown: "
                f"add backbone.{where}.context_window=TOKENS"
            )


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
