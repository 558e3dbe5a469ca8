"""The window: HTTP on loopback, behind the key of the run. It reads requests; the desk does the work."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from harness.core.domain import Evidence, Role, Task
from harness.core.errors import HarnessError
from harness.core.messages import Message
from methods.command.desk import Desk, Spent, explored, measured
from methods.command.openapi import PAGE, document
from methods.command.wording import LARGEST, ChatBody, EvaluateBody, Unusable, written

AT_ONCE = 64
"""The most requests at work at the same time; further ones are refused with 503."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BodyT = TypeVar("BodyT", bound=BaseModel)


class Window:
    """Serves one program for as long as it runs.

    Attributes
    ----------
    key
        What every request must carry as ``Authorization: Bearer KEY``.
    url
        Set once it is open.
    broken
        The first error of the harness's own (a provider that is down), which ends the run rather than the program.
    """

    def __init__(self, desk: Desk, validation: bool) -> None:
        self.key = secrets.token_urlsafe(32)
        self.url = ""
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._desk = desk
        self._validation = validation
        self._at_work = 0
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen on a free port of loopback."""
        app = web.Application(client_max_size=LARGEST, middlewares=[self._guard])
        app.router.add_get("/", self._page)
        app.router.add_get("/openapi.json", self._document)
        app.router.add_get("/modules", self._modules)
        app.router.add_get("/tasks", self._tasks)
        app.router.add_get("/budget", self._budget)
        app.router.add_post("/evaluate", self._evaluate)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def close(self) -> None:
        """Stop listening; nobody waits for the requests at work any more."""
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {self.key}".encode()):
            return _error(401, "the run's key is missing: send 'Authorization: Bearer $HARNESS_KEY'")
        if self._at_work >= AT_ONCE:
            return _error(503, f"{AT_ONCE} requests are at work: wait for an answer before asking again")
        self._at_work += 1
        try:
            return await handler(request)
        except web.HTTPRequestEntityTooLarge:
            return _error(413, f"the request is larger than {LARGEST:,} bytes")
        except web.HTTPException as error:
            return _error(error.status, error.reason)
        except Unusable as error:
            return _error(422, str(error))
        except Spent as error:
            return _error(429, str(error))
        except HarnessError as error:
            if not self.broken.done():
                self.broken.set_exception(error)
            return _error(503, "the run stopped: start the same command again")
        finally:
            self._at_work -= 1

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def _document(self, _: web.Request) -> web.Response:
        return web.json_response(document(self.url))

    async def _modules(self, _: web.Request) -> web.Response:
        lab = self._desk.lab
        return web.json_response({"modules": written(lab.initial), "purpose": lab.purpose})

    async def _tasks(self, request: web.Request) -> web.Response:
        split = request.query.get("split", "training")
        if split not in ("training", "validation"):
            raise Unusable(f"split={split[:40]}: training or validation; test tasks stay with the harness")
        if split == "training":
            return web.json_response({"tasks": [_task(task) | {"truth": task.truth} for task in self._desk.tasks]})
        return web.json_response({"tasks": [], "evaluated": self._validation})

    async def _budget(self, _: web.Request) -> web.Response:
        return web.json_response(dict(self._desk.budget()))

    async def _models(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": role.value, "object": "model"} for role in Role]})

    async def _evaluate(self, request: web.Request) -> web.Response:
        body = await _body(request, EvaluateBody)
        if body.tasks is None and not self._validation:
            raise Unusable("tasks: this run holds no validation tasks out (validation_size=N); name training tasks")
        modules = {
            name: part if isinstance(part, str) else [t.model_dump() for t in part]
            for name, part in body.modules.items()
        }
        found = await self._desk.evaluate(modules, body.tasks, feedback=body.feedback)
        return web.json_response(explored(found) if isinstance(found, Evidence) else measured(found))

    async def _complete(self, request: web.Request) -> web.Response:
        body = await _body(request, ChatBody)
        messages = [Message(message.role, message.content) for message in body.messages]
        text = await self._desk.complete(body.model, messages, seed=body.seed)
        return web.json_response(self._completion(body.model, messages, text=text))

    def _completion(self, role: Role, messages: Sequence[Message], *, text: str) -> dict[str, object]:
        count = self._desk.lab.tokens
        prompt, completion = sum(count(message.content) for message in messages), count(text)
        return {
            "id": f"chatcmpl-{secrets.token_hex(8)}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": role.value,
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion},
        }


async def _body(request: web.Request, kind: type[BodyT]) -> BodyT:
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError as error:
        first = error.errors()[0]
        raise Unusable(f"{'.'.join(map(str, first['loc'][:4])) or 'body'}: {first['msg']}") from None


def _task(task: Task) -> dict[str, str]:
    return {"id": task.id, "query": task.query, "category": task.category}


def _error(status: int, reason: str) -> web.Response:
    return web.json_response({"error": {"message": reason, "code": status}}, status=status)
