"""Errors on their way to another process: whatever their classes do, they arrive."""

from __future__ import annotations

import pytest

from harness.core.errors import AnswerError
from harness.run.players.cluster.faults import error_of, fault_of


class Silent(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class Untraceable(Exception):
    @property
    def __notes__(self) -> list[str]:
        raise RuntimeError("no notes")


class TwoWords(AnswerError):
    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} {other}")


@pytest.mark.parametrize("kind", [Silent, Untraceable])
def test_an_error_that_cannot_be_told_goes_by_its_class(kind: type[Exception]) -> None:
    class Local(kind):  # type: ignore[misc,valid-type]
        """Cannot be pickled."""

    assert fault_of(kind()).text == kind.__name__
    assert fault_of(Local()).text == "Local"
    assert isinstance(error_of(fault_of(kind())), kind)
    assert isinstance(error_of(fault_of(Local())), Exception)


def test_an_error_that_takes_other_arguments_arrives_as_the_nearest_class() -> None:
    error = error_of(fault_of(TwoWords("too", "long")))
    assert type(error) is AnswerError
    assert str(error) == "too long"
