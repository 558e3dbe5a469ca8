"""Prompts as the harness writes them, for the simulated model's tests."""

from __future__ import annotations

import json
from typing import Any

from harness.simulated import respond

ROOM = (
    "-= Welcome to TextWorld, ALFRED! =-\n\nYou are in the middle of a room. Looking quickly around you, you see a "
    "cabinet 1, a countertop 1, a fridge 1, a microwave 1, a sinkbasin 1, and a diningtable 1.\n\n"
    "Your task is to: {goal}"
)
HELP = "Available commands:\n  go to (receptacle)\n"
HELP += "  move (object) to (receptacle):  place an object in or on a receptacle\n"
CERTAIN = {"recall": 1.0, "slip": 0.0, "error": 0.0, "sense": 0.0}


def ask(system: str, *turns: str, model: str = "sim/small", seed: int = 0, sim: dict[str, Any] | None = None) -> str:
    """Return the answer to a chat whose turns alternate between user and assistant."""
    messages = [{"role": "system", "content": system}]
    messages += [{"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(turns)]
    request = {"model": model, "messages": messages, "seed": seed, "sim": sim or {}}
    content: str = respond(request)["choices"][0]["message"]["content"]
    return content


def agent(instruction: str) -> str:
    opening = f"You are an agent in a household. You act by one text command a turn.\n{HELP}"
    return f"{opening}\n<instruction>\n{instruction}\n</instruction>"


def case(instruction: str, category: str, query: str, truth: str, outcome: str, attempt: str) -> str:
    return (
        f'<instruction>\n{instruction}\n</instruction>\n\n<task category="{category}">\n{query}\n</task>\n\n'
        f'<ground_truth>\n{truth}\n</ground_truth>\n\n<attempt outcome="{outcome}">\n{attempt}\n</attempt>'
    )


def evaluate(*parts: str, **options: Any) -> dict[str, str]:
    result: dict[str, str] = json.loads(ask("You are the evaluator of an agent.", case(*parts), **options))
    return result


def experience(category: str, outcome: str, task: str, attempt: str, evaluation: dict[str, str]) -> str:
    written = "\n".join(f"{key}: {value}" for key, value in evaluation.items())
    return (
        f'<experience category="{category}" outcome="{outcome}">\n<task>\n{task}\n</task>\n'
        f"<attempt>\n{attempt}\n</attempt>\n"
        f"<evaluation>\n{written}\n</evaluation>\n</experience>"
    )


def optimize(instruction: str, experiences: list[str], purpose: str = "", **options: Any) -> str:
    user = f"<instruction>\n{instruction}\n</instruction>\n\n" + "\n\n".join(experiences)
    return inside(ask(f"You are the optimizer of an agent. {purpose}", user, **options))


def merge(candidates: list[tuple[str, str]], purpose: str = "It acts in a household.", **options: Any) -> str:
    user = "\n\n".join(
        f'<candidate number="{i}" performance="{performance}">\n{text}\n</candidate>'
        for i, (performance, text) in enumerate(candidates, 1)
    )
    return inside(ask(f"You are the merger of an agent. {purpose}", user, **options))


def inside(text: str) -> str:
    return text.split("<instruction>")[1].split("</instruction>")[0].strip()
