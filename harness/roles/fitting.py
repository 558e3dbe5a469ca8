"""Fitting the optimizer's prompt to its backbone's context window, by a stated policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Texts as they go into the prompt.

    Attributes
    ----------
    tokens
        Of `text`.
    asked
        Tokens before anything was cut.
    whole, partial, dropped
        How many of the items stand in `text` whole, cut short, or not at all.
    """

    text: str
    tokens: int
    asked: int
    whole: int
    partial: int = 0
    dropped: int = 0

    @property
    def cut(self) -> bool:
        """Whether anything was left out. Rows of such runs are starred, as the paper does."""
        return bool(self.partial or self.dropped)


def truncate(items: Sequence[str], room: int, count: CountTokens) -> Fitted:
    """Keep items from the first on until the room is full, and cut the one that no longer fits (the paper's policy).

    Parameters
    ----------
    room
        Tokens that the items may take together.
    count
        Tokens of a text.
    """
    sizes = [count(item) for item in items]
    kept: list[str] = []
    used = 0
    for item, size in zip(items, sizes, strict=True):
        if used + size > room:
            part = _head(item, room - used, size)
            if part:
                kept.append(part)
                used += count(part)
            whole = len(kept) - bool(part)
            return Fitted("\n\n".join(kept), used, sum(sizes), whole, int(bool(part)), len(items) - len(kept))
        kept.append(item)
        used += size
    return Fitted("\n\n".join(kept), used, used, len(items))


def _head(text: str, room: int, size: int) -> str:
    # By characters, in proportion, with a margin: exact cuts would need the model's own tokenizer for nothing.
    if room < 64:
        return ""
    return text[: int(len(text) * room / size * 0.95)] + "\n[cut]"
