"""Edits of a document, without the package that judges them elsewhere."""

from __future__ import annotations

import pytest

from methods.peers.patches import Edit, apply, most_wanted

DOCUMENT = "\nfirst\nsecond\nlast"


def edit(op: str, content: str = "new", target: str = "") -> Edit:
    return Edit(op=op, content=content, target=target)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (edit("append"), "\nfirst\nsecond\nlast\n\nnew\n"),
        (edit("insert_after", target="\n"), "\nfirst\n\nnew\nsecond\nlast"),
        (edit("insert_after", target="first"), "\nfirst\n\nnew\nsecond\nlast"),
        (edit("insert_after", target="last"), "\nfirst\nsecond\nlast\nnew\n"),
        (edit("insert_after", target="nowhere"), "\nfirst\nsecond\nlast\n\nnew\n"),
        (edit("replace", target="second"), "\nfirst\nnew\nlast"),
        (edit("replace", target="nowhere"), DOCUMENT),
        (edit("delete", target="second\n"), "\nfirst\nlast"),
        (edit("delete"), DOCUMENT),
    ],
)
def test_an_edit_changes_a_document(made: Edit, expected: str) -> None:
    assert apply(DOCUMENT, [made]) == expected


def test_a_line_that_begins_the_document_can_be_followed() -> None:
    assert apply("\nrest", [edit("insert_after", target="")]) == "\nrest\n\nnew\n"
    assert apply("a\nb", [edit("insert_after", target="a")]) == "a\n\nnew\nb"


def test_only_the_first_place_is_replaced() -> None:
    assert apply("a a", [edit("replace", "b", "a")]) == "b a"


def test_edits_of_most_patches_come_first() -> None:
    one, two, three = (edit("append", name) for name in ("one", "two", "three"))
    assert most_wanted([[one, two], [two], [three, three]], 3) == [two, one, three]
    assert most_wanted([[one, two], [two], [three]], 1) == [two]
