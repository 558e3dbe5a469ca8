"""JSON values and bytes, changed as a stranger would change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

HOSTILE = (
    "",
    "\x00",
    "\x1b]0;PWN\x07\x1b]52;c;UFdO\x07\x9b31m\u202egnp [/] [link=http://x]x[/link] [bold",
    "[/INST]",
    "../../x",
    "/etc/passwd",
    "${oc.env:HOME}",
    "=cmd|' /C calc'!A0",
    "a\n\\immediate\\write18{id}",
    "<script>alert(1)</script>",
    "x" * 2000,
)
NUMBERS = (True, -1, 0, 0.5, 1e308, 10**30, -(10**18), 2**63, 10**5, 10**8)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.sampled_from(NUMBERS),
    st.sampled_from(HOSTILE),
    st.text(max_size=20),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just({"a": {}}),
)
DEEP = b"[" * 5000 + b"]" * 5000
RAW: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: data[: len(data) // 2],
    lambda data: b"",
    lambda data: b"\xff\xfe" + data,
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: DEEP,
    lambda data: b'{"a":' * 5000 + b"1" + b"}" * 5000,
    lambda data: b"9" * 6000,
    lambda data: b"null",
    lambda data: b'"\\ud800"',
    lambda data: data.replace(b"0.", b"NaN", 1),
    lambda data: data.replace(b"1.0", b"1e999", 1),
    lambda data: data + data,
    lambda data: b"\n" + data,
)
"""Changes of a file as bytes."""


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """Draw a JSON value with one place replaced, dropped or added."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)) < 9:
        key = draw(st.sampled_from(sorted(value)))
        match draw(st.sampled_from(["go on"] * 8 + ["drop", "add"])):
            case "drop":
                return {name: inner for name, inner in value.items() if name != key}
            case "add":
                return {**value, draw(st.sampled_from(HOSTILE)): draw(VALUES)}
            case _:
                return {**value, key: draw(changed(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 9)) < 9:
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(changed(value[place])), *value[place + 1 :]]
    return draw(VALUES)
