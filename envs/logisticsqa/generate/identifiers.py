"""Numbers with check digits. Tax numbers and accounts fail their checks on purpose: none of them is anybody's."""

from __future__ import annotations

import random
import string


def digits(rng: random.Random, count: int) -> str:
    """Return that number of digits, the first one not 0."""
    return str(rng.randint(1, 9)) + "".join(rng.choices(string.digits, k=count - 1))


def container(rng: random.Random) -> str:
    """Return a container number with a right check digit, of an owner code that nobody holds."""
    body = rng.choice(("QZX", "XQJ", "ZQW", "QJV")) + "U" + digits(rng, 6)
    return body + str(container_digit(body))


def container_digit(body: str) -> int:
    """Return the check digit of a container number (ISO 6346) from its four letters and six digits."""
    values = {c: n for n, c in enumerate(string.digits)}
    number = 10
    for letter in string.ascii_uppercase:
        number += number % 11 == 0
        values[letter] = number
        number += 1
    return sum(values[c] << place for place, c in enumerate(body)) % 11 % 10


def luhn_digit(body: str) -> int:
    """Return the check digit of the Luhn formula (Italian and Spanish tax numbers use it)."""
    total = 0
    for place, c in enumerate(reversed(body)):
        value = int(c) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def vkn_digit(body: str) -> int:
    """Return the check digit of a Turkish tax number (VKN), from its first nine digits."""
    total = 0
    for place, c in enumerate(body):
        value = (int(c) + 9 - place) % 10
        total += value if value == 9 else value * 2 ** (9 - place) % 9
    return -total % 10


def tax_number(country: str, rng: random.Random) -> str:
    """Return a tax number of a country's form with a wrong check digit."""
    if country == "TR":
        body = digits(rng, 9)
        return body + str((vkn_digit(body) + rng.randint(1, 9)) % 10)
    if country == "IT":
        body = digits(rng, 10)
        return "IT" + body + str((luhn_digit(body) + rng.randint(1, 9)) % 10)
    if country == "ES":
        body = digits(rng, 7)
        return "ESB" + body + str((luhn_digit(body) + rng.randint(1, 9)) % 10)
    return f"GB{digits(rng, 7)}00"  # the check digits run from 01 to 97


def account(country: str, rng: random.Random) -> str:
    """Return an account number of a country's form (IBAN) with the check digits 00, which no account has."""
    bank, count = {"TR": ("", 22), "IT": ("X", 22), "ES": ("", 20), "GB": ("QZXQ", 14)}[country]
    return f"{country}00{bank}{digits(rng, count)}"
