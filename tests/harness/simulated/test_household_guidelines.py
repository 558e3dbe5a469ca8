"""What sentences about the household mean, in many wordings; and what means nothing."""

from __future__ import annotations

import pytest

from harness.simulated.guidelines import Rule, contradicts, sentences
from harness.simulated.skills.household.rules import EXCLUSIVE, understand

HEAT, COOL, CLEAN = (
    Rule("prepare", *pair) for pair in (("heat", "microwave"), ("cool", "fridge"), ("clean", "sinkbasin"))
)
SAID = [
    ("Warm food up in the microwave before you serve it.", [HEAT, Rule("order", "heat", "before")]),
    ("If the task asks for a hot object, use the microwave.", [HEAT]),
    ("An apple gets hot in a microwave.", [HEAT]),
    ('To heat an object, carry it to a microwave and use "heat <object> with <microwave>".', [HEAT]),
    ("To cool something put it in the fridge.", [COOL]),
    ("Chill it in the refrigerator.", [COOL]),
    ("For 'cool' tasks, take the object to the fridge and run `cool {object} with {fridge}`.", [COOL]),
    ("Rinse objects at the sink.", [CLEAN]),
    ("Wash dirty things in the sink before putting them down.", [CLEAN, Rule("order", "clean", "before")]),
    ("Use the microwave for heating, the fridge for cooling and the sink for cleaning.", [HEAT, COOL, CLEAN]),
    ("Never place the food without heating it first in the microwave.", [HEAT, Rule("order", "heat", "before")]),
    ("Do not put it down until it has been cleaned in the sinkbasin.", [CLEAN, Rule("order", "clean", "before")]),
    ("Heat things with the fridge.", [Rule("prepare", "heat", "fridge")]),
    ("Never heat anything with the stove.", [Rule("prepare", "heat", "stoveburner", False)]),
    ("Put the object down before cleaning it.", [Rule("order", "clean", "after")]),
    ("Clean the object first, then put it down.", [Rule("order", "clean", "before")]),
    ("If a drawer is shut, open it and look inside.", [Rule("open", "search")]),
    ("Open closed containers to see what is inside.", [Rule("open", "search")]),
    ("Skip closed containers.", [Rule("open", "search", "", False)]),
    ("Never open anything.", [Rule("open", "", "", False)]),
    ("Open the cabinet before you put something in it.", [Rule("open", "destination")]),
    ("Don't go back to places you already checked.", [Rule("remember")]),
    ("Keep a list of the places you have visited.", [Rule("remember")]),
    ("Search each place only once.", [Rule("remember")]),
    ("Visit unexplored locations first.", [Rule("remember")]),
    ("Always go back and search the same places again.", [Rule("remember", "", "", False)]),
    ("If nothing happens, try something else.", [Rule("retry")]),
    ("Do not repeat a command that failed.", [Rule("retry")]),
    ("When two objects are required, don't stop after the first one.", [Rule("two", "continue")]),
    ("When the goal mentions two items, deliver the first and then fetch the second.", [Rule("two", "continue")]),
    ("Stop after the first object is placed.", [Rule("two", "continue", "", False)]),
    ("Never carry both objects at once.", [Rule("carry", "two", "one")]),
    ("To look at something under a lamp, hold it and switch the lamp on.", [Rule("look", "hold"), Rule("look", "use")]),
    ("First take the book, then go to the desk lamp and turn it on.", [Rule("look", "hold"), Rule("look", "use")]),
    ("Never turn on the lamp.", [Rule("look", "use", "", False)]),
    ("Mugs are often on the coffeemachine.", [Rule("likely", "mug", "coffeemachine")]),
    ("Knives are usually kept in drawers.", [Rule("likely", "knife", "drawer")]),
    ("Look for pens on desks.", [Rule("likely", "pen", "desk")]),
    ("Search the countertops first.", [Rule("likely", "*", "countertop")]),
    ("Pillows are rarely in the kitchen cabinet.", [Rule("likely", "pillow", "cabinet", False)]),
]


@pytest.mark.parametrize(("sentence", "rules"), SAID, ids=[sentence for sentence, _ in SAID])
def test_wordings_are_understood(sentence: str, rules: list[Rule]) -> None:
    assert set(rules) <= set(understand(sentence))
    assert not any(contradicts(a, b, exclusive=EXCLUSIVE) for a in understand(sentence) for b in rules)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Solve the household task.",
        "Be careful and think step by step.",
        "The microwave is hot.",
        "My fridge is full of cold beer.",
        "I like my coffee hot.",
        "The weather is fine and the store is open.",
        "The lamp is nice.",
        "I went to the market twice.",
        "Have a nice day!",
        "Answer in upper case.",
        "!!! ??? 12345 <<>>",
    ],
)
def test_small_talk_means_nothing(sentence: str) -> None:
    assert understand(sentence) == ()


def test_sentences_come_off_bullets_and_numbers() -> None:
    text = "# How to\n1. Open it. Then look.\n- Use e.g. the sink.\n\n* Done"
    assert [s.text for s in sentences(text)] == ["How to", "Open it.", "Then look.", "Use e.g. the sink.", "Done"]


def test_order_of_sentences_gives_their_position() -> None:
    assert [s.position for s in sentences("One.\nTwo.\nThree.")] == [0.0, 0.5, 1.0]
