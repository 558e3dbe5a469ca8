"""The interface as an OpenAPI document, made from the types that read the requests."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from harness import __version__
from methods.command.wording import ChatBody, EvaluateBody

PAGE = """<!doctype html><meta charset="utf-8"><title>Optimizer interface</title>
<style>
body { font: 16px/1.5 system-ui; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
code { background: #eee; padding: 0 .2em }
</style>
<h1>Optimizer interface of this run</h1>
<p>Every request carries <code>Authorization: Bearer $HARNESS_KEY</code>.
<a href="/openapi.json">openapi.json</a> has the types.</p>
<dl>
<dt><code>GET /modules</code><dd>The modules of the untouched agent, and the purpose of its work.
<dt><code>GET /tasks</code><dd>The training tasks with their truths. Test tasks are not served.
<dt><code>POST /evaluate</code><dd>Run the agent with your modules on training tasks, or on the validation tasks
(<code>"tasks": null</code>).
<dt><code>POST /v1/chat/completions</code><dd>A role's model: <code>"model"</code> is agent, evaluator,
optimizer or merger.
<dt><code>GET /budget</code><dd>What is used, and of what. Calls beyond it are answered with status 429 and the reason.
</dl>
<p>Leave the result as JSON, <code>{"instruction": "..."}</code>, in the file <code>$HARNESS_MODULES</code>.</p>
"""


def document(url: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the interface at `url`."""
    named, schemas = models_json_schema(
        [(EvaluateBody, "validation"), (ChatBody, "validation")], ref_template="#/components/schemas/{model}"
    )
    bodies = {kind.__name__: schema for (kind, _), schema in named.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Optimizer interface of a run", "version": __version__},
        "servers": [{"url": url}],
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}, "schemas": schemas["$defs"]},
        "paths": {
            "/modules": {"get": _operation("The modules of the untouched agent")},
            "/tasks": {"get": _operation("Training tasks with their truths", query="split")},
            "/budget": {"get": _operation("What is used, and of what")},
            "/evaluate": {"post": _operation("Run the agent on training or validation tasks", bodies["EvaluateBody"])},
            "/v1/chat/completions": {"post": _operation("Ask the model of a role", bodies["ChatBody"])},
        },
    }


def _operation(summary: str, body: dict[str, Any] | None = None, *, query: str = "") -> dict[str, Any]:
    refusals = {
        "401": "the run's key is missing",
        "413": "the request is too large",
        "422": "the request cannot be used; the message says why",
        "429": "the budget does not reach; the message says which",
        "503": "too many requests at once, or the run stopped",
    }
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {"200": {"description": "done"}} | {code: {"description": why} for code, why in refusals.items()},
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if query:
        operation["parameters"] = [{"name": query, "in": "query", "schema": {"type": "string"}}]
    return operation
