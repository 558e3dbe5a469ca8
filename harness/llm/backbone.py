"""A backbone: which model plays a role, and with what parameters."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from harness.core.errors import ConfigError
from harness.llm import key_rules, price_table
from harness.llm.identity import digest_of
from harness.llm.redact import note

COMPATIBLE = ("openai", "hosted_vllm", "ollama", "ollama_chat", "lm_studio", "llamafile", "custom_openai")
"""Providers that speak OpenAI's protocol at an `api_base` of one's own."""

LOCAL_OPTIONS = ("gguf", "hf", "threads")
"""Options of a local model that say where its weights are and how they are run; the weights count by their digest."""

_HOW_ASKED = ("sleep", "litellm")


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)

    def usd(self, prompt: int, cached: int, completion: int) -> float:
        """Return the price of a call; `cached` tokens are part of `prompt`."""
        fresh = prompt - cached
        cached_price = self.prompt if self.cached is None else self.cached
        return (fresh * self.prompt + cached * cached_price + completion * self.completion) / 1_000_000


class ModelSpec(BaseModel):
    """A model and its parameters.

    Attributes
    ----------
    id
        A LiteLLM id (``openai/gpt-4o``, ``ollama/llama3.1``) or a simulated model (``sim/small``).
    temperature, top_p, max_tokens, reasoning_effort
        None: the provider's default.
    send_seed
        Whether the call's sample goes to the provider as ``seed``. Simulated models always get it.
    api_key_env
        Name of the environment variable with the key, where it is not the provider's usual one. Never the key.
    context_window
        Tokens; None: what LiteLLM's table says.
    tools
        Whether the model's own tool calls are used, or a text protocol.
    revision
        Of a served model's weights or deployment: another one is another model, at whatever address.
    timeout
        Seconds, of one try.
    concurrency
        The most calls at once.
    price
        None: what LiteLLM's table says.
    direct
        Whether an OpenAI-compatible endpoint is asked without LiteLLM; None: wherever `api_base` names one.
    weights
        Digest of a local model's file or of a script, where a record says it and the file is not to be looked for.
    options
        Further parameters, sent as they are; ``extra_headers`` names the variable that holds each header's value. For
        a scripted model, its ``script``; for the embedded model, its settings, and two that are not part of its
        identity: ``sleep`` (its latency is slept, for load tests) and ``litellm`` (asked through LiteLLM).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    temperature: float | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, gt=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    reasoning_effort: str | None = None
    send_seed: bool = False
    api_base: str | None = None
    revision: str | None = None
    api_key_env: str | None = None
    context_window: int | None = Field(default=None, gt=0)
    tools: Literal["native", "text"] = "native"
    timeout: float = Field(default=180.0, gt=0)
    concurrency: int = Field(default=32, gt=0)
    price: Price | None = None
    direct: bool | None = None
    weights: str | None = Field(default=None, exclude=True)
    options: dict[str, Any] = Field(default_factory=dict)

    @field_validator("options")
    @classmethod
    def _no_keys(cls, options: dict[str, Any]) -> dict[str, Any]:
        if (problem := key_rules.options_problem(options)) is not None:
            raise ValueError(problem)
        return options

    @field_validator("api_key_env")
    @classmethod
    def _names_a_variable(cls, name: str | None) -> str | None:
        if name is not None and (problem := key_rules.variable_problem(name)) is not None:
            raise ValueError(problem)
        return name

    @field_validator("api_base")
    @classmethod
    def _plain_address(cls, base: str | None) -> str | None:
        if base is not None and (problem := key_rules.base_problem(base)) is not None:
            raise ValueError(problem)
        return base

    @property
    def provider(self) -> str:
        """The provider's name in LiteLLM's words; empty if unknown."""
        return price_table.provider_of(self.id)

    @property
    def simulated(self) -> bool:
        """Whether no real model answers: the embedded one does, or a script."""
        return self.embedded or self.scripted

    @property
    def embedded(self) -> bool:
        """Whether the embedded simulated model answers."""
        return self.id.startswith("sim/")

    @property
    def scripted(self) -> bool:
        """Whether a script answers: see `harness.llm.script`."""
        return self.id.startswith("scripted/")

    @property
    def script(self) -> str | None:
        """The file or function that plays a scripted model; None where a record names the model."""
        name = self.options.get("script")
        return None if name is None else str(name)

    @property
    def local(self) -> bool:
        """Whether a model on this machine answers, whose server is ours."""
        return self.id.startswith("local/")

    @property
    def guided(self) -> bool:
        """Whether the model is held to the form of an answer also where others may reason before it."""
        return self.local

    @property
    def asked_directly(self) -> bool:
        """Whether the endpoint is asked without LiteLLM."""
        if self.direct is not None:
            return self.direct and self.api_base is not None
        return self.api_base is not None and self.provider in COMPATIBLE

    def key(self) -> str | None:
        """Return the key from the variable that `api_key_env` names, if it names one."""
        if self.api_key_env is None:
            return None
        key = os.environ.get(self.api_key_env)
        note(key)
        return key

    @property
    def sends_seed(self) -> bool:
        """Whether calls carry their sample as ``seed``."""
        return self.send_seed or self.simulated

    @property
    def sim_settings(self) -> dict[str, Any]:
        """What of `options` a simulated model itself takes."""
        return {name: value for name, value in self.options.items() if name not in _HOW_ASKED}

    @cached_property
    def _identity(self) -> dict[str, Any]:
        parameters = {
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "top_p": self.top_p,
            "reasoning_effort": self.reasoning_effort,
            "send_seed": self.sends_seed,
            "tools": self.tools,
            "options": self._own_options(),
        }
        # `api_base` is always null: keys of answers that are recorded already hold it.
        model: dict[str, Any] = {"id": self.id, "api_base": None}
        if self.revision is not None:
            model["revision"] = self.revision
        if self.scripted:
            model["script"] = self.weights or self._script_digest()
        if self.embedded:
            from harness.llm.embedded import embedded_model

            sim = embedded_model()
            model |= {"version": sim.version(), "parameters": digest_of(sim.parameters(self.id, self.sim_settings))}
        if self.local:
            from harness.llm.providers.local import weights

            places = (self.options.get("gguf"), self.options.get("hf"))
            model["weights"] = self.weights or weights.digest(self.id.partition("/")[2], *places)
        return {"model": model, "parameters": {k: v for k, v in parameters.items() if v is not None}}

    def _script_digest(self) -> str:
        from harness.llm.script import load

        if self.script is None:
            raise ConfigError(f"{self.id}: no script; set backbone.script=FILE or backbone.script=module:function")
        return load(self.script).digest

    def _own_options(self) -> dict[str, Any]:
        if self.embedded:
            return self.sim_settings
        if self.scripted:
            return {name: value for name, value in self.options.items() if name != "script"}
        return {name: value for name, value in self.options.items() if not (self.local and name in LOCAL_OPTIONS)}

    def identity(self) -> dict[str, Any]:
        """Return which model answers and with what parameters: all of this spec that an answer depends on.

        For a simulated model that is also its version and the digest of its parameters, for a local one the digest of
        its weights. A served model counts by its id and `revision`: another port or host is the same model. Keys,
        limits and prices are no part of it; nor is `context_window`, which shows in the prompts that were fitted to it.
        """
        return self._identity

    def run_identity(self) -> dict[str, Any]:
        """Return the identity as the run id holds it."""
        model = {name: value for name, value in self._identity["model"].items() if name != "api_base"}
        return {**self._identity, "model": model}

    def earlier_identity(self) -> dict[str, Any]:
        """Return the identity of schema 1 of the record, in which a model's server counted too."""
        if self.api_base is None:
            return self._identity
        return {**self._identity, "model": {**self._identity["model"], "api_base": self.api_base}}
