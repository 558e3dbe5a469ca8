"""Tools for records of programs."""

from __future__ import annotations

from envs.gaia.reference.writing import written

QUERY_DATABASE = written(
    "query_database",
    "Run a query in SQL on an SQLite database (db) and return the rows.",
    parameter="query",
    example="SELECT 1",
    source=r"""
import sqlite3


def query_database(path, query):
    base = sqlite3.connect(":memory:")
    base.deserialize(load(path))
    return base.execute(query).fetchmany(1000)
""",
)

ADDRESSES_IN_LOG = written(
    "addresses_in_log",
    "Count the different addresses with a status in a log compressed by gzip (gz).",
    parameter="status",
    example="200",
    source=r"""
import gzip


def addresses_in_log(path, status):
    lines = gzip.decompress(load(path)).decode().splitlines()
    return len({line.split()[0] for line in lines if line.split()[-1] == str(status)})
""",
)

TOTAL_OF_EBCDIC = written(
    "total_of_ebcdic",
    "Add up the amounts of a good in a fixed-width file in EBCDIC (dat).",
    parameter="good",
    example="apples",
    source=r"""
def total_of_ebcdic(path, good):
    rows = [line.split() for line in load(path).decode("cp500").splitlines()]
    return sum(int(row[-1]) for row in rows if good in row and row[-1].isdigit())
""",
)

MINUTES_IN_CALENDAR = written(
    "minutes_in_calendar",
    "Add up the minutes of all events of a name in a calendar (ics), time zones heeded.",
    parameter="event",
    example="standup",
    source=r"""
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
)

CLIMB_OF_TRACK = written(
    "climb_of_track",
    "Return the total climb in metres of a track (gpx).",
    parameter="",
    example="",
    source=r"""
import re


def climb_of_track(path):
    heights = [float(height) for height in re.findall(rb"<ele>([^<]*)</ele>", load(path))]
    return round(sum(max(0.0, after - before) for before, after in zip(heights, heights[1:])))
""",
)

COUNT_DESCENDANTS = written(
    "count_descendants",
    "Count the descendants of a person in a family tree (ged).",
    parameter="person",
    example="@I1@",
    source=r"""
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
)

CRC32_OF_FILE = written(
    "crc32_of_file",
    "Return the CRC-32 checksum of a file (bin) as a decimal number.",
    parameter="",
    example="",
    source=r"""
import zlib


def crc32_of_file(path):
    return zlib.crc32(load(path))
""",
)

RECORDS = (
    QUERY_DATABASE,
    ADDRESSES_IN_LOG,
    TOTAL_OF_EBCDIC,
    MINUTES_IN_CALENDAR,
    CLIMB_OF_TRACK,
    COUNT_DESCENDANTS,
    CRC32_OF_FILE,
)
