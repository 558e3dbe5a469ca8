"""What an optimizer in Python needs to talk to the harness: the standard library alone.

from methods.command.client import Client

harness = Client()                                    # address and key come from the environment
best = harness.initial()                              # {"instruction": "..."}
tasks = [task["id"] for task in harness.tasks()]
result = harness.evaluate(best, tasks, feedback=True)
text = harness.complete("optimizer", [{"role": "user", "content": "..."}])
harness.save({"instruction": text})                   # what is saved last is the result
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


class Refused(Exception):
    """The harness refused a call: `status` is the HTTP status, 429 where the budget is used up."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status = status
        self.reason = reason


class Client:
    """A run of the harness, seen from the program that optimizes."""

    def __init__(self, url: str | None = None, key: str | None = None) -> None:
        self._url = url or os.environ["HARNESS_URL"]
        self._key = key or os.environ["HARNESS_KEY"]
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def initial(self) -> dict[str, Any]:
        """Return the modules of the untouched agent: a text for an instruction, a list of tools for a toolbox."""
        modules: dict[str, Any] = self._ask("GET", "/modules")["modules"]
        return modules

    def tasks(self, split: str = "training") -> list[dict[str, Any]]:
        """Return id, query and category of each task, with its truth for ``training`` (not for ``validation``)."""
        tasks: list[dict[str, Any]] = self._ask("GET", f"/tasks?split={split}")["tasks"]
        return tasks

    def evaluate(
        self, modules: Mapping[str, Any], tasks: Sequence[str] | None = None, *, feedback: bool = False
    ) -> dict[str, Any]:
        """Run the agent; return ``mean`` and, for each task, ``score``, ``steps``, ``answer`` and ``feedback``.

        Parameters
        ----------
        tasks
            Ids of training tasks; None for all validation tasks, of which only scores are returned.
        feedback
            Whether the evaluator reads each trajectory (its calls count).
        """
        return self._ask("POST", "/evaluate", body={"modules": dict(modules), "tasks": tasks, "feedback": feedback})

    def complete(self, role: str, messages: Sequence[Mapping[str, str]], *, seed: int | None = None) -> str:
        """Ask the model of a role (agent, evaluator, optimizer or merger); equal prompts get answer after answer."""
        body = {"model": role, "messages": list(messages)} | ({} if seed is None else {"seed": seed})
        text: str = self._ask("POST", "/v1/chat/completions", body=body)["choices"][0]["message"]["content"]
        return text

    def budget(self) -> dict[str, Any]:
        """Return what is matched, the amount and what is used of it."""
        return self._ask("GET", "/budget")

    def save(self, modules: Mapping[str, Any]) -> None:
        """Leave these modules as the result so far."""
        path = Path(os.environ["HARNESS_MODULES"])
        new = path.with_suffix(".new")
        new.write_text(json.dumps(dict(modules)), encoding="utf-8")
        new.replace(path)

    def _ask(self, method: str, path: str, *, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with self._open(request) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            raise Refused(error.code, _reason(error.read())) from None


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:200]
