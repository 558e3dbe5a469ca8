"""Every reader of text from outside takes time that grows with the text, not with its square.

Two sizes of each adversarial text are compared by the processor's time, of which the ratio alone counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from harness.core.model_json import UnreadableAnswer
from harness.llm.providers.direct import EndpointError
from harness.llm.providers.unsupported import refused_parameter
from harness.llm.redact import clean_config, looks_like_a_key, redact
from tests.fuzz.answers import readers

SMALL, LARGE = 25_000, 200_000
TEXTS = (
    "\n", " ", "*", ">\n", "\n*", "{", "{}\n", "[", '{"a":', '"', "\\", "```", "```{", "```{} x", "```{}      ",
    "<think>", "</think>", "<think></think>", "<instruction>", "</instruction>", "Action:", "Action:\n",
    "Action: ```\n", "final ", "- ", "1. ", "- x\n\n", "a\n", "://a:", "://a@", "key=", "sk-", "Bearer ",
    "9", "not supported ", "\u3000", "\r", "\x85",
)  # fmt: skip
OTHERS: dict[str, Callable[[str], object]] = {
    "redact": redact,
    "looks like a key": looks_like_a_key,
    "config": clean_config,
    "refused parameter": lambda text: refused_parameter(EndpointError(400, text, {})),
}


def seconds(read: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    with suppress(UnreadableAnswer):
        read(text)
    return time.process_time() - began


@pytest.mark.parametrize("name", [*readers(), *OTHERS])
def test_eight_times_the_text_takes_no_square_of_the_time(name: str) -> None:
    read = {**readers(), **OTHERS}[name]
    for part in TEXTS:
        small, large = ("- x\n" + part * (size // len(part)) for size in (SMALL, LARGE))
        # Quadratic time would be 64 times as much; what is done so soon is not quadratic.
        if (took := seconds(read, large)) > 0.1:
            took = min(took, seconds(read, large))
            assert took < 24 * max(seconds(read, small), seconds(read, small)), part
