"""Fitting the optimizer's prompt to its backbone's context window, by a stated policy.

truncate
    Experiences from the first on until the window is full (the paper's).
summarize
    Attempts that are too long are summarized by the evaluator's model; tasks and evaluations stay as they are.
split
    The experiences are shown in several optimizer calls, one after another: each continues from the module that the
    one before it wrote, so that nothing is left out and no merger is needed. Each counts as an optimizer call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

CountTokens = Callable[[str], int]

Policy = Literal["truncate", "summarize", "split"]


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


def truncate(items: Sequence[str], room: int, *, count: CountTokens) -> Fitted:
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
            part = head(item, room - used, size=size)
            if part:
                kept.append(part)
                used += count(part)
            whole = len(kept) - bool(part)
            return Fitted(
                "\n\n".join(kept),
                used,
                asked=sum(sizes),
                whole=whole,
                partial=int(bool(part)),
                dropped=len(items) - len(kept),
            )
        kept.append(item)
        used += size
    return Fitted("\n\n".join(kept), used, used, len(items))


def head(text: str, room: int, *, size: int) -> str:
    """Return the beginning of a text of `size` tokens, about `room` tokens long; nothing where that says too little."""
    # By characters, in proportion, with a margin: exact cuts would need the model's own tokenizer for nothing.
    if room < 64:
        return ""
    return text[: int(len(text) * room / size * 0.95)] + "\n[cut]"


def first_that_fit(sizes: Sequence[int], room: int) -> int:
    """Return how many items go into a prompt, from the first on, at least one (which may have to be cut)."""
    used = 0
    for number, size in enumerate(sizes):
        used += size
        if used > room:
            return max(1, number)
    return len(sizes)


def level(sizes: Sequence[int], room: int) -> int:
    """Return the most tokens that an item may have so that all fit: the longest give way first.

    ``sum(min(size, level)) <= room``, and it is the largest such number (the largest size, where all fit whole).
    """
    left = room
    waiting = sorted(sizes)
    for number, size in enumerate(waiting):
        share = left // (len(waiting) - number)
        if size > share:
            return max(0, share)
        left -= size
    return max(waiting, default=0)
