"""Counting tokens in the encoding of the paper's backbones, offline."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from envs.logisticsqa.fitting import CHARACTERS_A_TOKEN

_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"  # what tiktoken calls o200k_base in its cache


@lru_cache(maxsize=1)
def counter() -> tuple[Callable[[str], int], str]:
    """Return (counting function, its name): o200k where LiteLLM's copy of the encoding is there, else an estimate."""
    folder = _shipped()
    if folder is None:
        return lambda text: round(len(text) / CHARACTERS_A_TOKEN), f"estimated, {CHARACTERS_A_TOKEN} characters a token"
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    try:
        import tiktoken

        encoding = tiktoken.get_encoding("o200k_base")
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before
    return lambda text: len(encoding.encode(text, disallowed_special=())), "o200k"


def _shipped() -> Path | None:
    spec = find_spec("litellm")  # found, not imported: that would take seconds
    if spec is None or spec.origin is None or find_spec("tiktoken") is None:
        return None
    folder = Path(spec.origin).parent / "litellm_core_utils" / "tokenizers"
    return folder if (folder / _FILE).is_file() else None
