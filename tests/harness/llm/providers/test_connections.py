"""A connection that is used again brings the answer of its own call, whatever the server sent in between."""

from __future__ import annotations

import asyncio
import json

from harness.core.messages import Call, Message
from harness.llm.backbone import ModelSpec
from harness.llm.providers.routing import Providers

from .openai_server import completion


class Talking:
    """Answers each question with its own words, then sends one answer more that nobody asked for."""

    def __init__(self) -> None:
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                rows = head.decode().lower().splitlines()
                length = next(int(row.split(":")[1]) for row in rows if row.startswith("content-length"))
                asked = json.loads(await reader.readexactly(length))["messages"][0]["content"]
                writer.write(response(asked))
                await writer.drain()
                await asyncio.sleep(0.01)
                writer.write(response("POISON"))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def response(said: str) -> bytes:
    body = json.dumps(completion(said)).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


async def test_an_answer_that_nobody_asked_for_is_nobodys() -> None:
    talking, providers = Talking(), Providers()
    listening = await asyncio.start_server(talking.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    spec = ModelSpec(id="openai/m", api_base=f"http://127.0.0.1:{port}/v1", direct=True, timeout=10)
    try:
        for number in range(5):
            answer = await providers.complete(spec, Call([Message("user", f"question {number}")]))
            assert answer.text == f"question {number}"
            await asyncio.sleep(0.05)
    finally:
        await providers.close()
        listening.close()
    assert talking.connections == 5
