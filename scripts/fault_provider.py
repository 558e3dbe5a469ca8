"""An OpenAI-compatible server on loopback that answers through the simulated model and fails as its options say.

python scripts/fault_provider.py --port 8765 --latency 0.05 --rate 0.3 --seed 1
python -m harness backbone=vllm backbone.model.id=hosted_vllm/sim/small +backbone.model.send_seed=true \\
    backbone.model.api_base=http://127.0.0.1:8765/v1

Which requests fail, and how, is a function of (seed, digest of the request, how often it came), so that two servers
with the same settings fail alike. GET /stats says what was asked, answered and broken; POST /settings changes settings.
Kinds that pass when the request comes again: retry_after, rate_limit, error_500, error_503, reset, stall, torn,
no_choices, wrong_schema, error_inside, finish_error, empty, reasoning_only, odd_shape. Kinds that bring the answer in
an odd form: no_usage, odd_usage, bom, nan. The model's last word: context, filter, refused. Others: auth, echo.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness import simulated as sim

PASSING = (
    "retry_after", "rate_limit", "error_500", "error_503", "reset", "stall", "torn", "no_choices", "wrong_schema",
    "no_usage", "error_inside", "finish_error", "empty", "reasoning_only", "odd_shape", "bom", "nan", "odd_usage",
)  # fmt: skip
LASTING = ("context", "filter", "refused", "auth", "echo")
DELIVERED = {"no_usage", "echo", "bom", "nan", "odd_usage"}
"""Kinds that bring the model's answer all the same."""


def settings_of(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0: a free one, printed")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--rate", type=float, default=0.0, help="share of requests that fail")
    parser.add_argument("--kinds", nargs="+", default=list(PASSING), choices=[*PASSING, *LASTING])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--retry-after", type=float, default=0.05, help="seconds, of the kind retry_after")
    parser.add_argument("--stall", type=float, default=30.0, help="seconds, of the kind stall")
    parser.add_argument(
        "--limit", type=int, default=0, help="answer 429 beyond this number of requests at once (0: never)"
    )
    parser.add_argument("--fixed", action="store_true", help="answer a fixed text at once, for load tests")
    return parser.parse_args(words)


class Provider:
    """The server's state: what came how often, and what became of it."""

    def __init__(self, settings: argparse.Namespace) -> None:
        self.settings = settings
        self.tries: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.running = self.most = 0

    def fault(self, digest: str) -> str | None:
        """Return how this try of a request fails, if it does."""
        draw = hashlib.sha256(f"{self.settings.seed} {digest} {self.tries[digest]}".encode()).digest()
        if int.from_bytes(draw[:4]) / 2**32 >= self.settings.rate:
            return None
        kinds = self.settings.kinds
        return str(kinds[int.from_bytes(draw[4:8]) % len(kinds)])

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Answer a chat completion, or fail."""
        body = await request.read()
        digest = hashlib.sha256(body).hexdigest()
        kind = self.fault(digest)
        self.tries[digest] += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self.settings.limit and self.running > self.settings.limit:
                kind = "rate_limit"
            if self.settings.latency:
                await asyncio.sleep(self.settings.latency)
            if kind is not None:
                self.faults[kind] += 1
            if kind is None or kind in DELIVERED:
                self.answered[digest] += 1
            return await self.reply(request, json.loads(body), kind)
        finally:
            self.running -= 1

    async def reply(self, request: web.Request, asked: dict[str, Any], kind: str | None) -> web.StreamResponse:
        """Return the answer, or what replaces it."""
        if kind == "reset":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if kind == "stall":
            await asyncio.sleep(self.settings.stall)
            return web.Response(status=504)
        if kind in REFUSALS:
            return REFUSALS[kind](self.settings, request)
        try:
            answer = FIXED if self.settings.fixed else sim.respond(asked)
        except sim.SimContextWindowError as error:
            return said(400, f"maximum context length exceeded: {error}", "context_length_exceeded")
        if kind is not None:
            answer = BROKEN[kind](answer, request)
        data = json.dumps(answer).encode()
        data = data[: len(data) // 2] if kind == "torn" else b"\xef\xbb\xbf" + data if kind == "bom" else data
        return web.Response(body=data, content_type="application/json")

    async def stats(self, _: web.Request) -> web.Response:
        """Say what happened so far."""
        return web.json_response(
            {
                "requests": self.tries.total(),
                "distinct": len(self.tries),
                "answered": self.answered.total(),
                "answered_twice": sum(1 for times in self.answered.values() if times > 1),
                "faults": dict(self.faults),
                "most_at_once": self.most,
                "under_way": self.running,
            }
        )

    async def set(self, request: web.Request) -> web.Response:
        """Change settings."""
        for name, value in (await request.json()).items():
            setattr(self.settings, name, value)
        return web.json_response({})


FIXED = {
    "id": "fixed", "object": "chat.completion", "created": 1, "model": "fixed@1",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Action: look"}}],
    "usage": {"prompt_tokens": 1200, "completion_tokens": 12, "total_tokens": 1212},
}  # fmt: skip


def said(status: int, message: str, code: str, **headers: str) -> web.Response:
    body = {"error": {"message": message, "type": code, "code": code, "param": None}}
    return web.json_response(body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})


def echoed(request: web.Request) -> str:
    return request.headers.get("Authorization", "no key")


Refusal = Callable[[argparse.Namespace, web.Request], web.Response]
REFUSALS: dict[str | None, Refusal] = {
    "retry_after": lambda own, _: said(429, "slow down", "rate_limit_exceeded", Retry_After=str(own.retry_after)),
    "rate_limit": lambda *_: said(429, "slow down", "rate_limit_exceeded"),
    "error_500": lambda *_: said(500, "internal error", "server_error"),
    "error_503": lambda *_: web.Response(status=503, text="overloaded"),
    "context": lambda *_: said(400, "This model's maximum context length is 9 tokens", "context_length_exceeded"),
    "filter": lambda *_: said(400, "The response was filtered", "content_filter"),
    "refused": lambda *_: said(422, "Failed to call a function. Please adjust your prompt.", "tool_use_failed"),
    "error_inside": lambda *_: web.json_response({"error": {"code": 502, "message": "upstream failed"}}),
    "auth": lambda _, request: said(401, f"Incorrect API key: {echoed(request)}", "invalid_api_key"),
}


def _with_key(answer: dict[str, Any], request: web.Request) -> dict[str, Any]:
    message = answer["choices"][0]["message"]
    text = f"{message['content']}\n\nYour header was {echoed(request)}."
    return {**answer, "choices": [{**answer["choices"][0], "message": {**message, "content": text}}]}


def _with_choice(answer: dict[str, Any], finish: str | None = None, **message: Any) -> dict[str, Any]:
    choice = answer["choices"][0]
    choice = choice | {"finish_reason": finish or choice["finish_reason"], "message": choice["message"] | message}
    return {**answer, "choices": [choice]}


NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
BROKEN: dict[str, Callable[[dict[str, Any], web.Request], Any]] = {
    "torn": lambda answer, _: answer,
    "bom": lambda answer, _: answer,
    "nan": lambda answer, _: {**answer, "logprobs": float("nan")},
    "odd_usage": lambda answer, _: {**answer, "usage": {**answer["usage"], "prompt_tokens": "n/a"}},
    "finish_error": lambda answer, _: _with_choice(answer, "error", content="half an ans", tool_calls=None),
    "empty": lambda answer, _: {**_with_choice(answer, content="", tool_calls=None), "usage": NO_TOKENS},
    "reasoning_only": lambda answer, _: _with_choice(answer, content=None, tool_calls=None, reasoning_content="Hm."),
    "odd_shape": lambda answer, _: _with_choice(answer, tool_calls=[None]),
    "no_choices": lambda answer, _: {**answer, "choices": []},
    "wrong_schema": lambda *_: {"result": ["not", "a", "completion"]},
    "no_usage": lambda answer, _: {name: value for name, value in answer.items() if name != "usage"},
    "echo": _with_key,
}


async def serve(settings: argparse.Namespace) -> None:
    provider = Provider(settings)
    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_post("/v1/chat/completions", provider.complete)
    app.router.add_get("/stats", provider.stats)
    app.router.add_post("/settings", provider.set)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", settings.port, backlog=2048)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(settings_of()))
