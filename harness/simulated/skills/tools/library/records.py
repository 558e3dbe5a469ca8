"""Records that programs write."""

from __future__ import annotations

from .craft import Craft

RECORDS = (
    Craft(
        "database",
        r"\bsqlite\b|\bdatabases?\b",
        ("query_database", "run_sql"),
        "Run a query in SQL on an SQLite database (db) and return the rows.",
        "query",
        "SELECT 1",
        r"""
import sqlite3


def query_database(path, query):
    base = sqlite3.connect(":memory:")
    base.deserialize(load(path))
    return base.execute(query).fetchmany(1000)
""",
    ),
    Craft(
        "log",
        r"\blogs?\b",
        ("addresses_in_log", "count_addresses"),
        "Count the different addresses with a status in a log compressed by gzip (gz).",
        "status",
        "200",
        r"""
import gzip


def addresses_in_log(path, status):
    lines = gzip.decompress(load(path)).decode().splitlines()
    return len({line.split()[0] for line in lines if line.split()[-1] == str(status)})
""",
    ),
    Craft(
        "encoding",
        r"\bebcdic\b",
        ("total_of_ebcdic", "sum_ebcdic"),
        "Add up the amounts of a good in a fixed-width file in EBCDIC (dat).",
        "good",
        "apples",
        r"""
def total_of_ebcdic(path, good):
    rows = [line.split() for line in load(path).decode("cp500").splitlines()]
    return sum(int(row[-1]) for row in rows if good in row and row[-1].isdigit())
""",
    ),
    Craft(
        "calendar",
        r"\bcalendars?\b",
        ("minutes_in_calendar", "event_minutes"),
        "Add up the minutes of all events of a name in a calendar (ics), time zones heeded.",
        "event",
        "standup",
        r"""
from datetime import datetime, timedelta


def minutes_in_calendar(path, event):
    minutes, start, counted, zone, offsets = 0.0, None, False, "", {"": timedelta()}
    for line in load(path).decode().splitlines():
        label, _, value = line.partition(":")
        kind, _, name = label.partition(";TZID=")
        if kind == "TZID":
            zone = value
        elif kind == "TZOFFSETTO":
            offsets[zone] = timedelta(hours=int(value[:3]), minutes=int(value[0] + value[3:5]))
        elif kind == "SUMMARY":
            counted = value == event
        elif kind in ("DTSTART", "DTEND") and name:
            moment = datetime.strptime(value, "%Y%m%dT%H%M%S") - offsets[name]
            if kind == "DTSTART":
                start = moment
            elif counted:
                minutes += (moment - start).total_seconds() / 60
    return round(minutes)
""",
    ),
    Craft(
        "track",
        r"\btracks?\b|\bgpx\b",
        ("climb_of_track", "total_climb"),
        "Return the total climb in metres of a track (gpx).",
        "",
        "",
        r"""
import re


def climb_of_track(path):
    heights = [float(height) for height in re.findall(rb"<ele>([^<]*)</ele>", load(path))]
    return round(sum(max(0.0, after - before) for before, after in zip(heights, heights[1:])))
""",
    ),
    Craft(
        "genealogy",
        r"\bfamily trees?\b",
        ("count_descendants", "descendants_of"),
        "Count the descendants of a person in a family tree (ged).",
        "person",
        "@I1@",
        r"""
def count_descendants(path, person):
    family, husband, children = None, {}, {}
    for line in load(path).decode().splitlines():
        words = line.split()
        if words[0] == "0":
            family = words[1] if words[-1] == "FAM" else None
        elif family and words[1] in ("HUSB", "WIFE"):
            husband.setdefault(family, []).append(words[2])
        elif family and words[1] == "CHIL":
            children.setdefault(family, []).append(words[2])
    found, left = set(), [person]
    while left:
        one = left.pop()
        for family, parents in husband.items():
            if one in parents:
                new = set(children.get(family, ())) - found
                found |= new
                left += new
    return len(found)
""",
    ),
    Craft(
        "checksum",
        r"\bcrc|\bchecksums?\b",
        ("crc32_of_file", "checksum_of"),
        "Return the CRC-32 checksum of a file (bin) as a decimal number.",
        "",
        "",
        r"""
import zlib


def crc32_of_file(path):
    return zlib.crc32(load(path))
""",
    ),
)
