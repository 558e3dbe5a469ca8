"""Tasks of three levels over files and pages; each answer is computed from what the files were written from."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from envs.gaia.generate import files
from envs.gaia.generate.files import Sheet
from envs.gaia.generate.world import Place, World

VERSION = "1"
_GOODS = ("lamps", "ropes", "barrels", "nets", "sails", "bells", "stoves", "clocks")
_COLOURS = ("red", "green", "blue", "orange", "black")
_KINDS = tuple(kind for kind in files.WRITERS if kind != "py")
_LEVELS = (1, 2, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class GeneratedTask:
    """A task, its answer and the content of its attachment (empty name and content where it has none)."""

    id: str
    level: int
    question: str
    answer: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Draft:
    question: str
    answer: str
    suffix: str = ""
    content: bytes = b""


def generate_tasks(seed: int, count: int, world: World | None = None) -> list[GeneratedTask]:
    """Return `count` tasks, the same ones for the same seed; kinds and levels take turns."""
    world = world or World(seed)
    tasks = []
    of_level: Counter[int] = Counter()
    of_maker: Counter[_Maker] = Counter()
    for n in range(count):
        rng = random.Random(f"gaia task {seed} {n}")
        level = _LEVELS[n % len(_LEVELS)]
        make = _MAKERS[level][of_level[level] % len(_MAKERS[level])]
        draft = make(rng, world, _KINDS[of_maker[make] % len(_KINDS)])
        of_level[level] += 1
        of_maker[make] += 1
        name = f"{seed:x}-{n:04d}"
        file_name = f"{name}.{draft.suffix}" if draft.suffix else ""
        tasks.append(GeneratedTask(f"generated-{name}", level, draft.question, draft.answer, file_name, draft.content))
    return tasks


def _orders(rng: random.Random, places: list[Place], rows: int) -> Sheet:
    cells = tuple((rng.choice(places).name, rng.choice(_GOODS), rng.randrange(1, 400)) for _ in range(rows))
    return Sheet("Orders", ("town", "good", "amount"), cells)


def _total(sheet: Sheet, column: int, value: str) -> int:
    return sum(int(row[-1]) for row in sheet.rows if row[column] == value)


def _sum_in_file(rng: random.Random, world: World, kind: str) -> _Draft:
    sheet = _orders(rng, rng.sample(world.places, 6), rng.randrange(12, 40))
    good = str(rng.choice(sheet.rows)[1])
    question = f"The attached file lists orders. What is the total amount of {good} ordered?"
    return _Draft(question, str(_total(sheet, 1, good)), kind, files.WRITERS[kind](sheet))


def _count_squares(rng: random.Random, world: World, kind: str) -> _Draft:  # noqa: ARG001
    grid = [[rng.choice(_COLOURS) for _ in range(rng.randrange(6, 7))] for _ in range(rng.randrange(3, 7))]
    colour = rng.choice(_COLOURS)
    question = f"How many {colour} squares are in the attached image?"
    return _Draft(question, str(sum(line.count(colour) for line in grid)), "png", files.as_png(grid))


def _run_program(rng: random.Random, world: World, kind: str) -> _Draft:  # noqa: ARG001
    sheet = _orders(rng, rng.sample(world.places, 6), 15)
    answer = str(sum(int(row[-1]) for row in sheet.rows))
    return _Draft("What does the attached Python program print?", answer, "py", files.as_py(sheet))


def _look_up(rng: random.Random, world: World, kind: str) -> _Draft:  # noqa: ARG001
    place = rng.choice(world.places)
    return _Draft(f"Who is the mayor of the town of {place.name} in the archipelago?", place.mayor)


def _archive_and_page(rng: random.Random, world: World, kind: str) -> _Draft:
    """Zip, then a file in it, then a page, then arithmetic."""
    places = rng.sample(world.places, 5)
    sheet = _orders(rng, places, 40)
    totals = {place: _total(sheet, 0, place.name) for place in places}
    best = max(places, key=lambda place: (totals[place], place.name))
    year = rng.randrange(1900, 2024)
    members = {"readme.txt": b"The orders of the year.\n", f"orders.{kind}": files.WRITERS[kind](sheet)}
    question = (
        "The attached archive holds a file of orders. Find the town with the largest total amount of all goods (of "
        f"equal ones, the last by name). How many years before {year} was it founded, according to its page?"
    )
    return _Draft(question, str(year - best.founded), "zip", files.as_zip(members))


def _file_and_pages(rng: random.Random, world: World, kind: str) -> _Draft:
    places = rng.sample(world.places, 4)
    rows = tuple((place.name, rng.choice(_GOODS), rng.randrange(1, 400)) for place in places)
    question = (
        "The attached file names four towns. What is the sum of their numbers of inhabitants, according to their pages?"
    )
    sheet = Sheet("Towns", ("town", "good", "amount"), rows)
    return _Draft(question, str(sum(place.population for place in places)), kind, files.WRITERS[kind](sheet))


def _three_sources(rng: random.Random, world: World, kind: str) -> _Draft:
    """A table of orders, a table of towns that were struck off, an image, and the pages: an ordered list."""
    places = rng.sample(world.places, 7)
    struck = places[:2]
    sheet = _orders(rng, places, 50)
    colours = [[rng.choice(_COLOURS) for _ in range(5)] for _ in range(4)]
    least = 100 * sum(line.count("red") for line in colours)
    kept = [p for p in places[2:] if any(row[0] == p.name for row in sheet.rows) and p.height >= least]
    other = "docx" if kind != "docx" else "pdf"
    struck_off = Sheet("Struck off", ("town", "year"), tuple((p.name, rng.randrange(1990, 2024)) for p in struck))
    members = {
        f"orders.{kind}": files.WRITERS[kind](sheet),
        f"struck_off.{other}": files.WRITERS[other](struck_off),
        "squares.png": files.as_png(colours),
        "old_orders.csv": files.as_csv(_orders(rng, list(world.places), 20)),
    }
    question = (
        f"In the archive, orders.{kind} lists orders and struck_off.{other} lists towns that do not count. Let "
        "N be the number of red squares in squares.png. Which towns that ordered anything, are not struck off and lie "
        "at least 100 times N metres above the sea, according to their pages? Give their names in the order of their "
        "founding, the oldest first, as a list separated by commas; if there are none, say none."
    )
    kept.sort(key=lambda place: (place.founded, place.name))
    return _Draft(question, ", ".join(place.name for place in kept) or "none", "zip", files.as_zip(members))


_Maker = Callable[[random.Random, World, str], _Draft]
_MAKERS: Mapping[int, tuple[_Maker, ...]] = {
    1: (_sum_in_file, _look_up, _sum_in_file, _count_squares, _sum_in_file, _run_program),
    2: (_archive_and_page, _file_and_pages),
    3: (_three_sources,),
}
