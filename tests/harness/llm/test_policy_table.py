"""The documentation shows the table that the code follows."""

from __future__ import annotations

import pytest

from harness.llm.causes import Cause
from harness.llm.policy_table import PAGE, table, written


def test_the_page_holds_the_table_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert page == written(page), "write it anew: python -m harness.llm.policy_table"


def test_every_cause_has_a_row() -> None:
    assert [row.split(" | ")[0].removeprefix("| ") for row in table().splitlines()[2:]] == list(Cause)


def test_a_page_without_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="lacks"):
        written("# Models")
