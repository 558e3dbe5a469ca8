"""Local models behind our `Provider`: each model file has a server of its own, asked directly."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from functools import cached_property

from harness.core.messages import Answer, Call, Form
from harness.llm import redact
from harness.llm.backbone import LOCAL_OPTIONS, ModelSpec
from harness.llm.providers.direct import DirectProvider
from harness.llm.providers.held_tools import as_objects, read_object
from harness.llm.providers.local import weights
from harness.llm.providers.local.server import LocalServer

WINDOW = 8192
"""Tokens of a local model's context, where its preset names none: all of SmolLM2's."""

GRAMMAR = r"""
root ::= ([^<]{0,300} "\n")? "<TAG>\n" ([^<] | "<" [^/])+ "\n</TAG>"
"""
"""A text between tags, after a remark, in llama.cpp's notation (GBNF)."""


class LocalProvider:
    """Asks models on this machine."""

    def __init__(self) -> None:
        self._direct = DirectProvider(lambda _: self._key)
        self._servers: dict[tuple[str, str | None, str | None], LocalServer] = {}

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        """Ask once; see `Provider.complete`. A server that died is started again at the next call."""
        server = await self._server(spec)
        held = bool(call.tools) and spec.tools == "text"
        told = as_objects(call) if held else call
        answer = await self._direct.complete(_at(spec, await server.url(), form=told.form), told)
        answer = read_object(answer, call) if held else answer
        return replace(answer, snapshot=spec.id)  # the server reports a path of this machine

    @property
    def servers(self) -> list[LocalServer]:
        """The servers that were started."""
        return list(self._servers.values())

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        """Return about the length of a text in tokens."""
        return self._direct.count_tokens(spec, text)

    def context_window(self, spec: ModelSpec) -> int:
        """Return how many tokens the model takes."""
        return spec.context_window or WINDOW

    async def close(self) -> None:
        """Stop the servers."""
        await self._direct.close()
        await asyncio.gather(*(server.stop() for server in self._servers.values()))
        self._servers.clear()

    @cached_property
    def _key(self) -> str:
        key = secrets.token_urlsafe(24)
        redact.note(key)
        return key

    async def _server(self, spec: ModelSpec) -> LocalServer:
        name, options = spec.id.partition("/")[2], spec.options
        key = (name, options.get("gguf"), options.get("hf"))
        server = self._servers.get(key)
        if server is None:
            file = await asyncio.to_thread(weights.find, *key)
            made = LocalServer(
                file,
                self.context_window(spec),
                parallel=spec.concurrency,
                threads=options.get("threads"),
                key=self._key,
            )
            server = self._servers.setdefault(key, made)
        return server


def _at(spec: ModelSpec, url: str, *, form: Form | None) -> ModelSpec:
    options = {name: value for name, value in spec.options.items() if name not in LOCAL_OPTIONS}
    if isinstance(form, str):
        options["grammar"] = GRAMMAR.replace("TAG", form)
    return spec.model_copy(update={"api_base": url, "options": options})
