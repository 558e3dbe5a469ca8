"""The scripted backbone behind our `Provider`: a file of answers or a Python function plays a model."""

from __future__ import annotations

import json
from dataclasses import replace

from harness.core.domain import Usage
from harness.core.errors import ConfigError, HarnessError
from harness.core.messages import Answer, Call
from harness.llm.backbone import ModelSpec, Price
from harness.llm.embedded import embedded_model
from harness.llm.providers import text_tools
from harness.llm.script import Script, load

WINDOW = 128_000
"""Tokens that a scripted model takes, unless `context_window` says otherwise."""

FREE = Price(prompt=0, completion=0)


class ScriptedProvider:
    """Answers from scripts. An answer depends on the role and the conversation, takes no time and costs nothing."""

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {}

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        """Ask once; see `Provider.complete`."""
        shown = text_tools.as_text(call) if spec.tools == "text" else call
        answer = self._script(spec).answer(spec.id.partition("/")[2], shown.messages)
        counted = replace(answer, usage=self._usage(spec, shown, answer=answer), snapshot=spec.id)
        return text_tools.read_calls(counted, call) if spec.tools == "text" else counted

    def count_tokens(self, spec: ModelSpec, text: str) -> int:  # noqa: ARG002 (one tokenizer for all scripts)
        """Return the length of a text in the embedded model's tokens."""
        return embedded_model().count_tokens(text)

    def context_window(self, spec: ModelSpec) -> int:
        """Return how many tokens the script is taken to read."""
        return spec.context_window or WINDOW

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""

    def _script(self, spec: ModelSpec) -> Script:
        name = spec.script
        if name is None:
            raise ConfigError(f"{spec.id}: no script; set backbone.script=FILE or backbone.script=module:function")
        if name not in self._scripts:
            script = load(name)
            if script.digest != spec.identity()["model"]["script"]:
                raise HarnessError(f"backbone.script={name} has changed since the run began; start the command again")
            self._scripts[name] = script
        return self._scripts[name]

    def _usage(self, spec: ModelSpec, shown: Call, *, answer: Answer) -> Usage:
        prompt = self.count_tokens(spec, "\n".join(message.content for message in shown.messages))
        calls = "".join(json.dumps([made.name, made.arguments]) for made in answer.tool_calls)
        completion = self.count_tokens(spec, answer.text + calls)
        usd = (spec.price or FREE).usd(prompt, 0, completion)
        return Usage(calls=1, prompt=prompt, completion=completion, usd=usd)
