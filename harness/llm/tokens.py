"""Counting tokens offline: OpenAI's encodings, which LiteLLM brings as files; for other models the newest of them."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

_BUNDLED = "litellm_core_utils/tokenizers"


def count_tokens(model: str, text: str) -> int:
    """Return the number of tokens of `text`: exact for OpenAI's models, near (within a fifth or so) for others."""
    return len(_encoding(_name(model.rpartition("/")[2])).encode_ordinary(text))


@cache
def _name(model: str) -> str:
    from tiktoken import encoding_name_for_model

    try:
        name = encoding_name_for_model(model)
    except KeyError:
        name = ""
    return name if name in ("cl100k_base", "o200k_base") else "o200k_base"


@cache
def _encoding(name: str) -> Encoding:
    # Without its files at hand tiktoken would fetch them from the network.
    package = find_spec("litellm")
    if package is not None and package.origin is not None:
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(Path(package.origin).parent / _BUNDLED))
    from tiktoken import get_encoding

    return get_encoding(name)
