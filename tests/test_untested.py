"""The last lines of a test run name what was not tested."""

from __future__ import annotations

from untested import lines


def test_reasons_are_counted_and_carry_the_command_that_mends_them() -> None:
    reasons = ["Skipped: bubblewrap is not installed", "Skipped: no games", "Skipped: bubblewrap is not installed"]
    assert lines(reasons) == [
        "2 tests not run: bubblewrap is not installed -> apt-get install bubblewrap",
        "1 test not run: no games",
    ]


def test_a_reason_that_names_its_command_is_left_as_it_is() -> None:
    reason = "bubblewrap is not installed (apt-get install bubblewrap)"
    assert lines([reason]) == [f"1 test not run: {reason}"]
