"""How the simulated model words household advice. It goes through the same parser as what a person writes."""

from __future__ import annotations

from collections.abc import Sequence

PAST = {"heat": "heated", "cool": "cooled", "clean": "cleaned"}


def prepare(treatment: str, place: str) -> str:
    """Advise on heating, cooling or cleaning."""
    command = f'"{treatment} <object> with <{place}>"'
    return f"To {treatment} an object, carry it to a {place} and use {command} before placing it."


def look(lamp: str) -> str:
    """Advise on looking at a thing in light."""
    command = f'"use <{lamp}>"'
    return f"To look at an object under a lamp, take it first, go to the {lamp} and use {command} while you hold it."


def second() -> str:
    """Advise on tasks with two objects."""
    return "When the task asks for two objects, place the first one, then find the second one and place it there too."


def open_search() -> str:
    """Advise on closed places while searching."""
    return 'If a receptacle is closed, open it with "open <receptacle>" and search inside.'


def open_destination() -> str:
    """Advise on closed destinations."""
    return "If the destination is closed, open it before placing the object."


def remember() -> str:
    """Advise on searching."""
    return "Keep track of the places you have searched and do not go back to them; go to a new place each time."


def retry() -> str:
    """Advise on commands that do nothing."""
    return 'If "Nothing happens", do not repeat the same command; try something different.'


def likely(thing: str, places: Sequence[str]) -> str:
    """Advise on where a thing is found."""
    listed = ", ".join(places[:-1]) + " or " + places[-1] if len(places) > 1 else places[0]
    article = "An" if thing[:1] in "aeiou" else "A"
    return f"{article} {thing} is often found on or in a {listed}."


def misreadings(treatment: str) -> tuple[tuple[str, str, str], ...]:
    """Return causes that a careless reader names: plausible, and wrong."""
    common = (
        (
            "The agent lost time at closed doors.",
            "It opens too much.",
            "Never open closed receptacles while you search.",
        ),
        (
            "The agent left places too early.",
            "It does not look twice.",
            "Always go back and search the same places again.",
        ),
        ("The agent carried things about.", "It wanders.", "Stop after the first object is placed."),
    )
    if not treatment:
        return common
    wrong = {"heat": "stoveburner", "cool": "sinkbasin", "clean": "countertop"}[treatment]
    return (
        *common,
        (
            f"The object was not {PAST[treatment]} in the right way.",
            "It uses the wrong appliance.",
            prepare(treatment, wrong),
        ),
        ("The order was wrong.", "It carries the object about.", f"Put the object down before you {treatment} it."),
    )
