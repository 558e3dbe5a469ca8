"""The table of causes as Markdown, for `docs/models.md`: ``python -m harness.llm.policy_table`` writes it there."""

from __future__ import annotations

import sys
from pathlib import Path

from harness.llm.causes import POLICIES, Cause, Policy

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
BEGIN, END = "<!-- causes: written by python -m harness.llm.policy_table -->\n", "<!-- end of causes -->\n"


def table() -> str:
    """Return the table: cause, whether the call is tried again, what it counts as."""
    rows = [f"| {cause} | {_again(cause, policy)} | {policy.counts} |\n" for cause, policy in POLICIES.items()]
    return "".join(["| cause | tried again | then it counts as |\n", "|---|---|---|\n", *rows])


def written(page: str) -> str:
    """Return a page with the table between its marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks {BEGIN.strip()} or {END.strip()}")
    return f"{before}{BEGIN}{table()}{END}{after}"


def _again(cause: Cause, policy: Policy) -> str:
    if cause is Cause.MALFORMED:
        return "by the role, with the reason (`roles.tries`)"
    if not policy.retried:
        return "no"
    if policy.tries is not None:
        return f"up to {policy.tries} times in all"
    return "yes, after `Retry-After`; fewer calls at once" if policy.shrinks else "yes, with growing waits"


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    PAGE.write_text(written(text), "utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(POLICIES)} causes\n")
