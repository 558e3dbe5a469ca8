"""Records of programs: databases, logs, calendars, tracks, family trees, old encodings, checksums."""

from __future__ import annotations

import gzip
import itertools
import sqlite3
import zlib
from datetime import datetime, timedelta
from random import Random

from envs.gaia.generate.parts.part import GOODS, Maker, Part
from envs.gaia.generate.parts.tables import orders, total
from envs.gaia.generate.world import World

_MEETINGS = ("standup", "review", "planning", "interview")
_ZONES = {"Harbour": 1, "Far-West": -7, "Far-East": 9}
"""Hours from UTC, which the calendar itself states."""

_STATUS = (200, 301, 404, 500)


def _database(rng: Random, world: World) -> Part:
    good, rows = rng.choice(GOODS), orders(rng, world, count=60)
    town = next(row[0] for row in rows if row[1] == good)
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, town TEXT)")
    base.execute("CREATE TABLE orders (customer INTEGER, good TEXT, amount INTEGER)")
    names = list(dict.fromkeys(row[0] for row in rows))
    base.executemany("INSERT INTO customers VALUES (?, ?)", enumerate(names, 1))
    base.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(names.index(t) + 1, g, a) for t, g, a in rows])
    base.commit()
    value = sum(amount for name, what, amount in rows if name == town and what == good)
    phrase = f"the total amount of {good} ordered by customers from {town} in the database {{file}}"
    return Part(phrase, value, "db", _without_version(base.serialize()))


def _without_version(database: bytes) -> bytes:
    """Return a database without the number of the library that wrote it (bytes 96 to 99 of its header)."""
    return database[:96] + bytes(4) + database[100:]


def _log(rng: Random, world: World) -> Part:  # noqa: ARG001
    seen: dict[int, set[str]] = {status: set() for status in _STATUS}
    lines = []
    for number in range(600):
        address, status = f"10.0.{rng.randrange(4)}.{rng.randrange(30)}", rng.choice(_STATUS)
        seen[status].add(address)
        lines.append(f'{address} - - [{1 + number // 50:02d}/Mar/2024] "GET /p{rng.randrange(99)} HTTP/1.1" {status}')
    status = rng.choice(_STATUS)
    phrase = f"the number of different addresses with status {status} in the log {{file}}"
    return Part(phrase, len(seen[status]), "log.gz", gzip.compress("\n".join(lines).encode(), mtime=0))


def _fixed_width(rng: Random, world: World) -> Part:
    good, rows = rng.choice(GOODS), orders(rng, world, count=40)
    text = "".join(f"{town:<16}{name:<12}{amount:>8}\n" for town, name, amount in rows)
    phrase = f"the total amount of {good} in the fixed-width EBCDIC file {{file}}"
    return Part(phrase, total(rows, good), "dat", text.encode("cp500"))


def _calendar(rng: Random, world: World) -> Part:  # noqa: ARG001
    spent = dict.fromkeys(_MEETINGS, 0)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//archipelago//EN"]
    for zone, hours in _ZONES.items():
        offsets = [f"TZOFFSETFROM:{hours:+03d}00", f"TZOFFSETTO:{hours:+03d}00"]
        start = ["BEGIN:VTIMEZONE", f"TZID:{zone}", "BEGIN:STANDARD", "DTSTART:20240101T000000"]
        lines += [*start, *offsets, "END:STANDARD", "END:VTIMEZONE"]
    for number in range(180):
        name, minutes = rng.choice(_MEETINGS), rng.randrange(15, 180, 5)
        start_at = datetime(2024, 1, 2) + timedelta(hours=rng.randrange(8000))
        spent[name] += minutes
        lines += ["BEGIN:VEVENT", f"UID:{number}@archipelago.example", f"SUMMARY:{name}"]
        for moment, label in ((start_at, "DTSTART"), (start_at + timedelta(minutes=minutes), "DTEND")):
            zone, hours = rng.choice(list(_ZONES.items()))
            lines.append(f"{label};TZID={zone}:{moment + timedelta(hours=hours):%Y%m%dT%H%M%S}")
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    name = rng.choice(_MEETINGS)
    phrase = f"the minutes of all events called {name} in the calendar {{file}}"
    return Part(phrase, spent[name], "ics", "\r\n".join(lines).encode())


def _track(rng: Random, world: World) -> Part:  # noqa: ARG001
    heights = [rng.randrange(200, 900)]
    for _ in range(700):
        heights.append(max(1, heights[-1] + rng.randrange(-9, 10)))
    climb = sum(max(0, after - before) for before, after in itertools.pairwise(heights))
    points = "\n".join(
        f'<trkpt lat="{47 + n / 9000:.5f}" lon="{8 + n / 7000:.5f}"><ele>{height}</ele></trkpt>'
        for n, height in enumerate(heights)
    )
    text = f'<?xml version="1.0"?>\n<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>\n{points}\n'
    content = f"{text}</trkseg></trk></gpx>\n".encode()
    return Part("the total climb in metres of the track {file}", climb, "gpx", content)


def _genealogy(rng: Random, world: World) -> Part:  # noqa: ARG001
    parents: dict[int, int] = {n: rng.randrange(max(1, n - 12), n) if n > 1 else 0 for n in range(1, 281)}
    ancestor = rng.randrange(2, 9)
    descended = {ancestor}
    for person in range(1, 281):
        if parents[person] in descended:
            descended.add(person)
    lines = ["0 HEAD", "1 CHAR UTF-8"]
    for person, parent in parents.items():
        lines += [f"0 @I{person}@ INDI", f"1 NAME Person {person} /Abend/", "1 BIRT", f"2 DATE {1300 + 2 * person}"]
        lines += [f"1 FAMC @F{parent}@"] if parent else []
    for parent in sorted(set(parents.values()) - {0}):
        lines += [f"0 @F{parent}@ FAM", f"1 HUSB @I{parent}@"]
        lines += [f"1 CHIL @I{person}@" for person, of in parents.items() if of == parent]
    lines.append("0 TRLR")
    phrase = f"the number of descendants of @I{ancestor}@ in the family tree {{file}}"
    return Part(phrase, len(descended) - 1, "ged", "\n".join(lines).encode())


def _checksum(rng: Random, world: World) -> Part:  # noqa: ARG001
    content = rng.randbytes(4000)
    return Part("the CRC-32 checksum of {file} as a decimal number", zlib.crc32(content), "bin", content)


RECORDS: dict[str, Maker] = {
    "database": _database,
    "log": _log,
    "encoding": _fixed_width,
    "calendar": _calendar,
    "track": _track,
    "genealogy": _genealogy,
    "checksum": _checksum,
}
