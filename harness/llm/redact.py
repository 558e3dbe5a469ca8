"""Keys never leave the process: what is said of an error is one line without secrets."""

from __future__ import annotations

import os
import re

_SECRETS = re.compile(
    r"""\b(?:sk|pk|rk|gsk|xai|hf)[-_][A-Za-z0-9_\-*.]{6,}"""  # OpenAI, Anthropic, Groq, xAI, Hugging Face
    r"""|\bAIza[A-Za-z0-9_\-]{10,}"""  # Google
    r"""|(?<=[Bb]earer )[^\s'",}]+"""
    r"""|(?<=key=)[^\s&'",}]+"""
    r"""|(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"""  # user:password in a URL
)
_NAMES = ("_API_KEY", "_TOKEN", "_SECRET")


def redact(text: str) -> str:
    """Return `text` with everything that looks like a key, and the values of ``*_API_KEY`` variables, left out."""
    for name, value in os.environ.items():
        if name.endswith(_NAMES) and len(value) >= 6:
            text = text.replace(value, "[redacted]")
    return _SECRETS.sub("[redacted]", text)


def one_line(error: BaseException, limit: int = 300) -> str:
    """Return an error as one redacted line of at most about `limit` characters."""
    text = redact(" ".join(str(error).split()))
    name = type(error).__name__
    text = text if text.startswith((name, "litellm.")) else f"{name}: {text}" if text else name
    return text if len(text) <= limit else text[:limit] + " ..."
