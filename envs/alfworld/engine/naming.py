"""Objects' names as ALFWorld shows them: `drawer 3` for `Drawer_bar__plus_01_dot_63_bar_...`."""

from collections import Counter
from collections.abc import Iterable

_BAR = "_bar_"
_BASIN = "basin"


def display_names(ids: Iterable[str]) -> dict[str, str]:
    """The name of each object, as alfworld's unshuffled `AlfredDemangler` gives it.

    An id's class is what stands before its first bar, with `basin` appended where the id speaks of a basin. The ids of
    a class, sorted, are numbered downwards: the last is 1. An id without a bar keeps its text and, as there, a blank
    at its end.

    Parameters
    ----------
    ids : iterable of str
        The objects that some initial fact names.
    """
    ordered = sorted(ids)
    numbers = Counter(_class(name) for name in ordered if _BAR in name)
    names: dict[str, str] = {}
    for name in ordered:
        if _BAR not in name:
            names[name] = f"{_unescaped(name)} "
            continue
        kind = _class(name)
        names[name] = f"{kind} {numbers[kind]}"
        numbers[kind] -= 1
    return names


def _class(name: str) -> str:
    return name.partition(_BAR)[0] + (_BASIN if _BASIN in name else "")


def _unescaped(name: str) -> str:
    for code, sign in (("_minus_", "-"), ("_plus_", "+"), ("_dot_", "."), ("_comma_", ",")):
        name = name.replace(code, sign)
    return name
