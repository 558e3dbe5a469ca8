"""A small OpenAI-compatible server on a free loopback port: it answers what a test tells it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class Server:
    """Serves `replies` one after the other, the last one for ever; keeps the requests that came."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, dict[str, str], Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.port = 0
        self.direct = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def will(self, status: int, body: Any, **headers: str) -> None:
        self.replies.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, body))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                int(row.split(":")[1]) for row in head.splitlines() if row.lower().startswith("content-length")
            )
            self.headers.append(head)
            self.requests.append(json.loads(await reader.readexactly(length)))
            status, headers, body = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            if status == 0:
                return  # hangs up
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            fields = {"content-type": "application/json", "content-length": len(data), "connection": "close", **headers}
            rows = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in fields.items())]
            writer.write("\r\n".join(rows).encode() + b"\r\n\r\n" + data)
            await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def openai_server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def completion(content: Any = "hello", finish: str = "stop", **fields: Any) -> dict[str, Any]:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "total_tokens": 120,
        "prompt_tokens_details": {"cached_tokens": 64},
        "completion_tokens_details": {"reasoning_tokens": 7},
    }
    message = {"role": "assistant", "content": content, **fields.pop("message", {})}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": usage,
        **fields,
    }


def fault(message: str, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": code or "error", "code": code, "param": None}}
