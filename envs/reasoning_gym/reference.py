"""Working methods written by hand, a line a family: what `harness headroom` holds the untouched agent against."""

from __future__ import annotations

from collections.abc import Sequence

METHODS = {
    "calendar_arithmetic": "For dates, work in steps: count whole weeks of 7 days first, then the days that remain; a "
    "year is a leap year if 4 divides it and 100 does not, or if 400 divides it. Answer a "
    "number with digits, a day of the week with its full name, a yes-or-no question with Yes or"
    " No.",
    "chain_sum": "For sums, go from left to right, one operation a line, and write the running total on each"
    " line. Answer with the last total.",
    "family_relationships": "For families, write each relation from the first person to the second as a chain of "
    "parents, children and spouses, then name it from the first person's side: what the first "
    "is to the second. Answer with one word in small letters, with hyphens in words such as "
    "mother-in-law.",
    "gcd": "For the greatest common divisor of numbers, divide the larger by the smaller, write the "
    "remainder, and continue with the smaller and the remainder until it is 0; of three or more"
    " numbers, take the divisor of the first two with the next. Answer with the number.",
    "leg_counting": "For legs: snails, slugs, worms, leeches, jellyfish, fish and snakes have 0, birds and "
    "humans 2, other mammals 4, starfish 5, insects 6, spiders and scorpions 8, crabs, lobsters"
    " and shrimps 10, woodlice 14. Write number times legs for each animal, then add up one by "
    "one. Answer with the number.",
    "letter_counting": "To count a letter, go through the text word by word and write for each word how many of "
    "the letter it has; small and capital letters are different letters. Add up. Answer with "
    "the number.",
    "spell_backward": "To spell a word backward, write its letters with dashes between them, then write them from"
    " the last to the first, then join them.",
    "word_sequence_reversal": "To reverse a list of words, number the words, then write them from the last number to "
    "the first, as they are spelled, with a comma and a blank between them.",
    "word_sorting": "To sort words, compare letter by letter: digits come before capital letters, all capital "
    "letters before all small letters. Mind whether ascending or descending is asked for. "
    "Answer with the words, each followed by a comma and a blank, none left out.",
}


def instruction(families: Sequence[str]) -> str:
    """Return the instruction for some families; empty if there is no method for any of them."""
    lines = [f"- {METHODS[name]}" for name in families if name in METHODS]
    return "\n".join(["Answer the question. Work in short steps:", *lines]) if lines else ""
